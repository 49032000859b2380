# 26 February 2026, DataTalks.Club: an agent destroys with the state of production,
# unpacked from an archive, what was to be a temporary copy.
#
# The verb is verbatim, -auto-approve assumed. Invented: 12 and 60, the limit.

command "terraform-destroy" {
  program    = "terraform"
  subcommand = "destroy"
  style      = "go"
  flag "chdir" {}
  flag "target" {
    type   = list(string)
    target = "name"
  }
  flag "auto-approve" { type = bool }
}

locals {
  terraform_production = ["aws_db_instance.main", "module.prod"] # addresses that only production's state has
}

policy "terraform-destroy" {
  summary    = "terraform destroy in ${cwd}"
  applies_to = [command.terraform-destroy]

  locals { chdir = "-chdir=${arg.chdir == null ? cwd : arg.chdir}" }
  probe "exec" "state" { # what the state of this directory would lose
    argv   = arg.target == null ? ["terraform", local.chdir, "state", "list"] : concat(["terraform", local.chdir, "state", "list"], arg.target)
    decode = "lines"
  }
  rule "not production" {
    condition     = length([for a in local.terraform_production : a if contains(probe.state, a)]) == 0
    error_message = "this is the state of production"
  }
  blast_radius "resources" {
    affected = probe.state
    max      = 15
  }
  confirm {}
}

test "DataTalks, 2026: the state of production" {
  run = "terraform destroy -auto-approve"
  given { probe = { state = ["aws_db_instance.main", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"] } }
  expect = "deny"
  checks = ["rule.not production", "blast_radius.resources.max"]
}

test "DataTalks, 2026: what was meant" {
  run = "terraform destroy -target=module.dup_vpc -target=module.dup_ecs"
  given { probe = { state = ["module.dup_vpc.aws_vpc.this", "module.dup_ecs.aws_ecs_cluster.this"] } }
  expect = "confirm"
}

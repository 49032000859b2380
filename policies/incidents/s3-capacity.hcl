# 28 February 2017, Amazon S3: a playbook step takes more servers than was meant,
# and the index and placement subsystems with them.
# https://aws.amazon.com/message/41926/
#
# The post-mortem prints neither the tool nor its arguments: s3-capacity, its
# flags, its subsystems' sizes and all limits are invented. The program beside
# this file is a small one that does what the night needs.

command "capacity-remove" {
  program    = "s3-capacity"
  subcommand = ["remove"]

  flag "subsystem" {
    short    = "s"
    type     = string
    required = true # absent or empty: refused. Empty never means "all"
  }
  flag "count" {
    short    = "n"
    type     = number
    required = true
  }
}

locals {
  s3_capacity = "s3-capacity" # probes look in the usual directories only; else an absolute path
  freeze_from = time("2017-12-20T00:00:00Z")
  freeze_to   = time("2018-01-03T00:00:00Z")
}

policy "remove-capacity" {
  summary    = "take ${arg.count} servers out of ${arg.subsystem}"
  applies_to = [command.capacity-remove]

  probe "exec" "plan" { # the tool's own dry run: only it knows which hosts would go
    argv    = [local.s3_capacity, "plan", "--json", "--count", arg.count, "--", arg.subsystem]
    decode  = "json"
    timeout = "3s"
  }

  blast_radius "servers" {
    for_each      = probe.plan.pools # one check for each pool that loses servers
    affected      = each.value.losing
    total         = each.value.in_service
    baseline      = each.value.declared # a total shrinks with every removal
    max           = 5
    max_percent   = 10
    keep_at_least = each.value.required
    budget {
      key = each.key
      max = 10
      per = "1h"
    }
  }

  rule "not during the freeze" {
    condition     = now.unix < local.freeze_from || now.unix >= local.freeze_to
    error_message = "capacity is frozen until 3 January"
    enforcement   = "soft-mandatory"
  }

  confirm { # what was measured, not what was typed: a wrong input must not only be typed twice
    type       = join(", ", [for name, pool in probe.plan.pools : "${name} ${pool.losing}"])
    delay      = "5s"
    unattended = "text"
  }
}

test "28 February 2017: one wrong number takes the index below its floor" {
  run = "s3-capacity remove -s billing --count=30"
  given {
    now = "2017-02-28T17:37:00Z"
    probe = {
      plan = { pools = {
        billing = { losing = 4, in_service = 80, declared = 80, required = 20 }
        index   = { losing = 26, in_service = 120, declared = 125, required = 100 }
      } }
    }
  }
  expect = "deny"
  checks = ["blast_radius.servers.max", "blast_radius.servers.max_percent", "blast_radius.servers.keep_at_least", "blast_radius.servers.budget"]
}

test "28 February 2017: what was meant" {
  run = "s3-capacity remove -s billing --count=3"
  given {
    now   = "2017-02-28T17:37:00Z"
    probe = { plan = { pools = { billing = { losing = 3, in_service = 80, declared = 80, required = 20 } } } }
  }
  expect = "confirm"
  type   = "billing 3"
}

test "nothing given never means all" {
  run = "s3-capacity remove --count=3 -s ''"
  given {
    now   = "2017-02-28T17:37:00Z"
    probe = { plan = { pools = { billing = { losing = 3, in_service = 80, declared = 80, required = 20 } } } }
  }
  expect = "deny"
}

test "the dry run does not answer" {
  run = "s3-capacity remove -s billing -n 3"
  given {
    now   = "2017-02-28T17:37:00Z"
    probe = { plan = unknown("no answer in 3s") }
  }
  expect = "deny"
  checks = ["blast_radius.servers.max", "blast_radius.servers.max_percent", "blast_radius.servers.keep_at_least", "blast_radius.servers.budget"]
}

test "another operator is already taking the last ones" {
  run = "s3-capacity remove -s index -n 3"
  given {
    now    = "2017-02-28T17:37:00Z"
    claims = { servers = 4 }
    probe  = { plan = { pools = { index = { losing = 3, in_service = 105, declared = 125, required = 100 } } } }
  }
  expect = "deny"
  checks = ["blast_radius.servers.keep_at_least"]
}

test "the Christmas freeze" {
  run = "s3-capacity remove -s billing -n 1"
  given {
    now   = "2017-12-24T12:00:00Z"
    probe = { plan = { pools = { billing = { losing = 1, in_service = 80, declared = 80, required = 20 } } } }
  }
  expect = "deny"
  checks = ["rule.not during the freeze"]
}

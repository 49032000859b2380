# 28 February 2017, in small: the program's own dry run says which servers of
# which subsystem would go, and a floor, a share and a budget hold for each.

command "capacity-remove" {
  program    = "s3-capacity"
  subcommand = ["remove"]

  flag "subsystem" {
    short    = "s"
    type     = string
    required = true
  }
  flag "count" {
    short    = "n"
    type     = number
    required = true
  }
}

policy "remove-capacity" {
  summary    = "take ${arg.count} servers out of ${arg.subsystem}"
  applies_to = [command.capacity-remove]

  probe "exec" "plan" {
    argv   = ["${cwd}/s3-capacity", "plan", "--json", "--count", arg.count, "--", arg.subsystem]
    decode = "json"
  }

  blast_radius "servers" {
    for_each      = probe.plan.pools
    affected      = each.value.losing
    total         = each.value.in_service
    baseline      = each.value.declared
    max           = 5
    max_percent   = 10
    keep_at_least = each.value.required
    budget {
      key = each.key
      max = 5
      per = "1h"
    }
  }
  confirm {
    type       = join(", ", [for name, pool in probe.plan.pools : "${name} ${pool.losing}"])
    unattended = "text"
  }
}

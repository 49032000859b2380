# 11 August 2016, Reddit: an autoscaler that was switched off for a migration starts
# again, reads a half-migrated list, and terminates what is not on it.
#
# The program is a stand-in; all counts are invented. What is missing from a list
# is unwanted only when the list is complete.

command "reconcile" {
  program    = "autoscaler"
  subcommand = "reconcile"
  flag "terminate-missing" { type = bool }
}

policy "terminate-missing" {
  summary    = "terminate what the list does not have"
  applies_to = [command.reconcile]
  when       = arg.terminate-missing

  probe "exec" "plan" { # {"listed": 585, "expected": 580, "migrating": false, "pools": {"app": {"terminate": 3, "running": 400, "required": 320}}}
    argv   = ["autoscaler", "plan", "--json"]
    decode = "json"
  }
  rule "the list is complete" {
    condition     = probe.plan.listed >= probe.plan.expected && !probe.plan.migrating
    error_message = "${probe.plan.listed} entries, at least ${probe.plan.expected} are expected"
  }
  blast_radius "instances" {
    for_each      = probe.plan.pools
    affected      = each.value.terminate
    total         = each.value.running
    max_percent   = 5
    keep_at_least = each.value.required
  }
  confirm {}
}

test "Reddit, 2016: in the middle of the migration" {
  run = "autoscaler reconcile --terminate-missing"
  given {
    probe = { plan = { listed = 210, expected = 580, migrating = true, pools = {
      app   = { terminate = 250, running = 400, required = 320 }
      cache = { terminate = 140, running = 200, required = 190 }
    } } }
  }
  expect = "deny"
  checks = ["rule.the list is complete", "blast_radius.instances.max_percent", "blast_radius.instances.keep_at_least"]
}

test "Reddit, 2016: on a usual day" {
  run = "autoscaler reconcile --terminate-missing"
  given {
    probe = { plan = { listed = 585, expected = 580, migrating = false, pools = {
      app = { terminate = 3, running = 400, required = 320 }
    } } }
  }
  expect = "confirm"
}

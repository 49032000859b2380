# 22 February 2022, Slack: a rollout by percentage restarts agents on cache nodes,
# and drains the cache faster than it can fill.
#
# The program is a stand-in. Invented: 1,000 nodes, the hit rates, all limits. The
# step of 25 % is from memory.

command "rollout" {
  program    = "pbr"
  subcommand = "run"
  flag "fleet" {
    required = true
    target   = "name"
  }
  flag "percent" {
    type     = number
    required = true
  }
  operand "job" {
    required = true
    target   = "none"
  }
}

policy "rollout" {
  summary    = "${arg.job} on ${arg.percent} % of ${arg.fleet}"
  applies_to = [command.rollout]

  probe "exec" "fleet" { # {"nodes": 1000, "hit_rate": 0.97}
    argv   = ["pbr", "status", "--json", "--fleet", arg.fleet]
    decode = "json"
  }
  rule "the cache is healthy" {
    condition     = probe.fleet.hit_rate >= 0.9
    error_message = "hit rate ${probe.fleet.hit_rate}, at least 0.9: wait until it has filled"
  }
  blast_radius "nodes" {
    affected    = ceil(probe.fleet.nodes * arg.percent / 100)
    total       = probe.fleet.nodes
    max_percent = 5
    budget {
      key = arg.fleet
      max = 100
      per = "24h"
    }
  }
}

test "Slack, 2022: a quarter of the cache" {
  run = "pbr run consul-agent-upgrade --fleet memcached --percent 25"
  given { probe = { fleet = { nodes = 1000, hit_rate = 0.82 } } }
  expect = "deny"
  checks = ["rule.the cache is healthy", "blast_radius.nodes.max_percent", "blast_radius.nodes.budget"]
}

test "Slack, 2022: what was meant" {
  run = "pbr run consul-agent-upgrade --fleet memcached --percent 2"
  given { probe = { fleet = { nodes = 1000, hit_rate = 0.97 } } }
  expect = "allow"
}

# how to read a command line
command "capacity-remove" {
  program    = "s3-capacity" # basename, or a list of them
  subcommand = ["remove"]    # operand words that must come first; declared global flags are skipped
  style      = "gnu"         # gnu: -n5, -rf, --long=x, unique abbreviations, "--" | go: -long x | words: key=value (dd)

  flag "subsystem" {
    short    = "s"
    type     = string
    required = true # absent or empty: refused. Empty never means "all"
  }
  flag "count" {
    short    = "n"
    type     = number # string | number | bool | list(string) | duration | size
    required = true
  }
}

command "rm" {
  program = "rm"

  flag "recursive" {
    short = ["r", "R"]
    type  = bool # absent: false. Other types: null, unless `default` is given
  }
  operand "paths" { # operands in order; a list takes all that are left
    type     = list(string)
    required = true
  }
}

locals {
  freeze_from = time("2017-12-20T00:00:00Z")
  freeze_to   = time("2018-01-03T00:00:00Z")
}

policy "remove-capacity" {
  summary     = "take ${arg.count} servers out of ${arg.subsystem}" # only shown; an unknown part prints as "?"
  applies_to  = [command.capacity-remove]
  enforcement = "hard-mandatory" # the default | soft-mandatory (override with a reason, recorded) | advisory (warns)

  probe "exec" "plan" { # the tool's own dry run: only it knows which hosts would go
    argv    = ["s3-capacity", "plan", "--json", "--count", arg.count, "--", arg.subsystem]
    decode  = "json" # {"pools": {"index": {"losing": 3, "in_service": 120, "declared": 125, "required": 100}, …}}
    timeout = "3s"
  }

  blast_radius "servers" {
    for_each      = probe.plan.pools      # one check per pool that loses servers. Empty is an error
    affected      = each.value.losing     # a number, or a list of targets: distinct ones counted, and shown
    total         = each.value.in_service # zero or less is an error
    baseline      = each.value.declared   # max_percent counts from here: a total shrinks with every removal
    max           = 5
    max_percent   = 10
    keep_at_least = each.value.required # the floor: total - affected - others' unfinished claims may not fall below
    budget {                            # across commands, operators and shells of one log; reserves `affected`
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
    type  = join(", ", [for name, pool in probe.plan.pools : "${name} ${pool.losing}"])
    show  = true # false: they must know it (as molly-guard asks for the hostname)
    delay = "5s" # after the right answer, time to think
  }
}

policy "data-directory" {
  summary    = "delete ${join(", ", arg.paths)}"
  applies_to = [command.rm]
  when       = length(probe.db.found) > 0 # unknown: it applies. An error or null: refused

  probe "datadir" "db" { # which databases own these directories, running or not, and in which role
    paths = arg.paths
  }
  probe "backups" "dump" { # newest backup: time, bytes, path
    glob = "/var/opt/gitlab/backups/*.dump"
  }

  role { # no max_lag here: a standby is wiped because it lags. Use it for promote
    for_each       = probe.db.found # every database that is hit, not the first one
    of             = each.value     # any object with `role`, and if wanted `lag`, `upstream_alive`
    must_be        = "secondary"    # or a list
    upstream_alive = true           # wiping a secondary whose primary is gone leaves nothing
  }
  backup {
    of       = probe.dump
    max_age  = "24h"
    min_size = "100GB" # a fresh backup of twelve bytes is not a backup; "50%" of its predecessor is allowed too
  }
  confirm {} # without `type` the text is made from what was measured (section 6)
}

test "31 January 2017: db1 was the primary" {
  run = "sudo rm -Rvf /var/opt/gitlab/postgresql/data"
  given { # any of the variables; unnamed attributes of host, user … keep fixed test values, never the machine's
    now  = "2017-01-31T23:27:00Z"
    host = { name = "db1.cluster.gitlab.com" }
    probe = { # by name in every policy, or "policy/name" in one
      db   = { found = [{ engine = "postgresql", role = "primary", lag = null, upstream_alive = null }] }
      dump = { time = time("2017-01-31T17:20:00Z"), bytes = size("300GB"), path = "/var/opt/gitlab/backups/1.dump" }
    }
  }
  expect = "deny"
  checks = ["role"] # exactly the checks that must not pass; an error in one fails the test
}

test "31 January 2017: db2, with a backup of twelve bytes" {
  run = "sudo rm -Rvf /var/opt/gitlab/postgresql/data"
  given {
    now  = "2017-01-31T23:27:00Z"
    host = { name = "db2.cluster.gitlab.com" }
    probe = {
      db   = { found = [{ engine = "postgresql", role = "secondary", lag = 4, upstream_alive = true }] }
      dump = { time = time("2017-01-31T17:20:00Z"), bytes = 12, path = "/var/opt/gitlab/backups/1.dump" }
    }
  }
  expect = "deny"
  checks = ["backup"]
}

test "31 January 2017: db2, with a real backup" {
  run = "sudo rm -Rvf /var/opt/gitlab/postgresql/data"
  given {
    now  = "2017-01-31T23:27:00Z"
    host = { name = "db2.cluster.gitlab.com" }
    probe = {
      db   = { found = [{ engine = "postgresql", role = "secondary", lag = 4, upstream_alive = true }] }
      dump = { time = time("2017-01-31T17:20:00Z"), bytes = size("300GB"), path = "/var/opt/gitlab/backups/1.dump" }
    }
  }
  expect = "confirm"
  checks = []
  type   = "secondary db2.cluster.gitlab.com:/var/opt/gitlab/postgresql/data"
}

test "31 January 2017: the role cannot be told" {
  run = "rm -rf /var/opt/gitlab/postgresql/data"
  given {
    probe = {
      db   = unknown("postgres did not answer in 3s") # only in tests: a probe that failed
      dump = { time = time("2026-01-01T00:00:00Z"), bytes = size("300GB"), path = "/b" }
    }
  }
  expect = "deny"
  checks = ["role"]
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
}

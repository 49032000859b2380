# 31 January 2017, GitLab.com: an engineer wipes a PostgreSQL data directory, sure
# that he is on the secondary. It is the primary, and the backups are files of a
# few bytes.
# https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/
#
# The argv is reconstructed from the post-mortem. Invented: the limits, twelve
# bytes as the exact size, the times of the dumps.

command "gitlab-rm" {
  program = "rm"
  flags   = "-f -v"

  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

policy "gitlab-data-directory" {
  summary    = "delete ${join(", ", arg.paths)}"
  applies_to = [command.gitlab-rm]
  when       = length(probe.db.found) > 0 # unknown: it applies

  probe "datadir" "db" { # which databases own these directories, running or not, and in which role
    paths = arg.paths
  }
  probe "backups" "dump" { # the newest: time, bytes, path
    glob = "/var/opt/gitlab/backups/*.dump"
  }

  role { # no max_lag here: a standby is wiped because it lags
    for_each       = probe.db.found # every database that is hit, not the first one
    of             = each.value
    must_be        = "secondary"
    upstream_alive = true # wiping a secondary whose primary is gone leaves nothing
  }
  backup {
    of       = probe.dump
    max_age  = "24h"
    min_size = "100GB" # a fresh backup of twelve bytes is not a backup
  }
  confirm {
    unattended = "text"
  }
}

test "31 January 2017: db1 was the primary" {
  run = "sudo rm -Rvf /var/opt/gitlab/postgresql/data"
  given {
    now  = "2017-01-31T23:27:00Z"
    host = { name = "db1.cluster.gitlab.com" }
    probe = {
      db   = { found = [{ engine = "postgresql", role = "primary", lag = null, upstream_alive = null }] }
      dump = { time = time("2017-01-31T17:20:00Z"), bytes = size("300GB"), path = "/var/opt/gitlab/backups/1.dump" }
    }
  }
  expect = "deny"
  checks = ["role"]
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
  type   = "secondary db2.cluster.gitlab.com"
}

test "31 January 2017: the role cannot be told" {
  run = "rm -rf /var/opt/gitlab/postgresql/data"
  given {
    probe = {
      db   = unknown("postgres did not answer in 3s")
      dump = { time = time("2026-01-01T00:00:00Z"), bytes = size("300GB"), path = "/b" }
    }
  }
  expect = "deny"
  checks = ["role"]
}

test "a directory that is no database" {
  run = "rm -rf /var/tmp/work"
  given { probe = { db = { found = [] } } }
  expect = "allow"
}

# Databases: who deletes a data directory must be on a secondary whose primary
# is alive. The engine is recognised and asked; it need not run.
#
# Where the backups are differs on every host. To demand one as well, write a
# policy for the same commands in /etc/guard/policies, with
#
#   probe "backups" "dump" { glob = "/var/backups/db/*.dump" }
#   backup {
#     of       = probe.dump
#     max_age  = "24h"
#     min_size = "50%"
#   }

locals {
  # Roles in which a data directory may be deleted. To retire a primary, stop it
  # being one, or allow it here in a copy in /etc/guard/policies.
  roles_to_delete = ["secondary"]
}

policy "database-directory" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm, command.remove-one, command.removed, command.shred, command.truncate, command.find]
  when       = (program != "find" || contains(argv, "-delete")) && length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" {
    paths  = arg.paths
    follow = !contains(["rm", "rmdir", "unlink"], program)
  }
  locals { # logs and configuration inside are nobody's data
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for t in probe.at : t if t.type != null && !inside(t.resolved, local.logs) && !(t.type == "file" && endswith(t.resolved, ".conf"))]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

# Into a directory that holds one elsewhere, anything may be written.
policy "database-directory-write" {
  summary    = "${program} writes into ${join(" ", arg.paths)}"
  applies_to = [command.written, command.replaced, command.edited]
  when       = length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" { paths = [for t in probe.at : t.type == "directory" ? "${t.real}/-" : t.real] }
  locals {
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for t in probe.at : t if t.type != null && !inside(t.real, local.logs) && !(t.type == "file" && endswith(t.real, ".conf"))]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

policy "database-directory-move" {
  summary    = "move ${join(" ", arg.paths)}"
  applies_to = [command.mv]
  when       = length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" {
    paths  = [for i, p in arg.paths : p if local.hit[i]]
    follow = false
  }
  locals { # what is moved, and the file that it takes the place of
    hit  = [for i, t in probe.at : arg.target-directory != null || i < length(arg.paths) - 1 || t.type == "file" && !endswith(t.resolved, ".conf")]
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for i, t in probe.at : t if local.hit[i] && (t.type == "directory" || t.type == "file" && !endswith(t.resolved, ".conf")) && !inside(t.resolved, local.logs)]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

# A server does not start when others may read its directory, or it may not.
policy "database-directory-change" {
  applies_to = [command.chmod, command.chown]
  when       = arg.recursive && length(probe.db.found) > 0

  probe "datadir" "db" { paths = arg.paths }
  role {
    for_each    = probe.db.found
    of          = each.value
    must_be     = local.roles_to_delete
    enforcement = "soft-mandatory"
  }
  confirm {}
}

test "the data directory of a primary" {
  run = "rm -rf /var/lib/postgresql/15/main"
  given {
    probe = { at = [{ resolved = "/var/lib/postgresql/15/main", type = "directory" }], below = { entries = 1200, mounts = [] }, db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null }] } }
  }
  expect = "deny"
  checks = ["role"]
}

test "the data directory of a secondary" {
  run = "rm -rf /var/lib/postgresql/15/main"
  given {
    probe = { at = [{ resolved = "/var/lib/postgresql/15/main", type = "directory" }], below = { entries = 1200, mounts = [] }, db = { found = [{ path = "/var/lib/pgsql/data", role = "secondary", lag = 900, upstream_alive = true }] } }
  }
  expect = "confirm"
}

test "a secondary whose primary is gone" {
  run = "rm -rf /var/lib/postgresql/15/main"
  given {
    probe = { at = [{ resolved = "/var/lib/postgresql/15/main", type = "directory" }], below = { entries = 1200, mounts = [] }, db = { found = [{ path = "/var/lib/pgsql/data", role = "secondary", lag = null, upstream_alive = false }] } }
  }
  expect = "deny"
  checks = ["role"]
}

test "old logs of a primary" {
  run = "find /var/lib/pgsql/data/log -mtime +7 -delete"
  given { probe = { at = [{ resolved = "/var/lib/pgsql/data/log", type = "directory" }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null }] } } }
  expect = "confirm"
}

test "moving a primary away" {
  run = "mv /var/lib/pgsql/data /var/lib/pgsql/old"
  given { probe = { at = [{ resolved = "/var/lib/pgsql/data", type = "directory" }, { resolved = "/var/lib/pgsql/old", type = null }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null }] } } }
  expect = "deny"
  checks = ["role"]
}

test "find -delete below a database that cannot be asked" {
  run = "find /var/lib/mysql -name '*.ibd' -delete"
  given { probe = { at = [{ resolved = "/var/lib/mysql", type = "directory" }], db = { found = [{ path = "/var/lib/pgsql/data", role = unknown("it cannot be asked yet"), lag = null, upstream_alive = null }] } } }
  expect = "deny"
  checks = ["role"]
}

test "chown -R of a primary" {
  run = "chown -R root /var/lib/pgsql/data"
  given { probe = { at = [{ real = "/work/root" }, { real = "/var/lib/pgsql/data" }], below = { entries = 900 }, db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null }] } } }
  expect = "deny"
  checks = ["role"]
}

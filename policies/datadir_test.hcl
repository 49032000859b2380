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
  given { probe = { stood = [], at = [{ resolved = "/var/lib/pgsql/data/log", type = "directory" }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null }] } } }
  expect = "confirm"
}

test "moving a running primary away" {
  run = "mv /var/lib/pgsql/data /var/lib/pgsql/old"
  given { probe = { stood = [], at = [{ resolved = "/var/lib/pgsql/data", type = "directory" }, { resolved = "/var/lib/pgsql/old", type = null }], ways = [{ resolved = "/var/lib/pgsql/data", type = "directory", device = 1 }, { resolved = "/var/lib/pgsql/old", type = null, device = null }], to = [{ type = null, device = null }, { type = "directory", device = 1 }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null, running = true }] } } }
  expect = "deny"
  checks = ["role"]
}

test "moving a stopped primary aside" {
  run = "mv /var/lib/pgsql/data /var/lib/pgsql/old"
  given { probe = { stood = [], "database-directory-write/db" = { found = [] }, at = [{ resolved = "/var/lib/pgsql/data", type = "directory" }, { resolved = "/var/lib/pgsql/old", type = null }], ways = [{ resolved = "/var/lib/pgsql/data", type = "directory", device = 1 }, { resolved = "/var/lib/pgsql/old", type = null, device = null }], to = [{ type = null, device = null }, { type = "directory", device = 1 }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null, running = false }] } } }
  expect = "confirm"
  type   = "primary test.example:/var/lib/pgsql/data"
}

test "moving a stopped primary to another file system is copying and deleting it" {
  run = "mv /var/lib/pgsql/data /mnt/old"
  given { probe = { stood = [], at = [{ resolved = "/var/lib/pgsql/data", type = "directory" }, { resolved = "/mnt/old", type = null }], ways = [{ resolved = "/var/lib/pgsql/data", type = "directory", device = 1 }, { resolved = "/mnt/old", type = null, device = null }], to = [{ type = null, device = null }, { type = "directory", device = 2 }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null, running = false }] } } }
  expect = "deny"
  checks = ["role"]
}

test "moving a part of a stopped primary away" {
  run = "mv /var/lib/pgsql/data/pg_wal /var/lib/pgsql/wal"
  given { probe = { stood = [], at = [{ resolved = "/var/lib/pgsql/data/pg_wal", type = "directory" }, { resolved = "/var/lib/pgsql/wal", type = null }], ways = [{ resolved = "/var/lib/pgsql/data/pg_wal", type = "directory", device = 1 }, { resolved = "/var/lib/pgsql/wal", type = null, device = null }], to = [{ type = null, device = null }, { type = "directory", device = 1 }], db = { found = [{ path = "/var/lib/pgsql/data", role = "primary", lag = null, upstream_alive = null, running = false }] } } }
  expect = "deny"
  checks = ["role"]
}

test "the stopped primary whose place another has taken" {
  run = "rm -rf /var/lib/pgsql/data"
  given { probe = { stood = [], at = [{ resolved = "/var/lib/pgsql/data", type = "directory" }], below = { entries = 1200, mounts = [] }, db = { found = [{ path = "/var/lib/pgsql/data", role = "former", lag = null, upstream_alive = true, running = false }] } } }
  expect = "confirm"
  type   = "former test.example:/var/lib/pgsql/data"
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

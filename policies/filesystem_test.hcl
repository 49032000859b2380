test "rm of one plain file is not asked about" {
  run = "rm -f notes.txt"
  given { probe = { at = [{ resolved = "/work/notes.txt", type = "file" }], db = { found = [] } } }
  expect = "allow"
}

test "rm -rf of a directory is confirmed by where it really is" {
  run = "rm -rf build"
  given {
    resolved = { build = "/srv/app/build" }
    probe    = { at = [{ resolved = "/srv/app/build", type = "directory" }], below = { entries = 412, mounts = [] }, db = { found = [] } }
  }
  expect = "confirm"
  type   = "test.example:/srv/app/build"
}

test "a script removes the temporary directory that it made" {
  run = "rm -rf /tmp/tmp.x1"
  given {
    script = { began = time("2026-01-01T00:00:00Z") }
    probe = {
      at   = [{ resolved = "/tmp/tmp.x1", type = "directory" }], below = { entries = 412, mounts = [] }, db = { found = [] }
      made = { younger = true }
    }
  }
  expect = "allow"
}

test "a script removes a temporary directory that was there before" {
  run = "rm -rf /tmp/tmp.x1"
  given {
    script = { began = time("2026-01-01T00:00:00Z") }
    probe = {
      at   = [{ resolved = "/tmp/tmp.x1", type = "directory" }], below = { entries = 412, mounts = [] }, db = { found = [] }
      made = { younger = false }
    }
  }
  expect = "confirm"
}

test "a script removes what it made elsewhere" {
  run = "rm -rf /srv/new"
  given {
    script = { began = time("2026-01-01T00:00:00Z") }
    probe = {
      at   = [{ resolved = "/srv/new", type = "directory" }], below = { entries = 412, mounts = [] }, db = { found = [] }
      made = { younger = true }
    }
  }
  expect = "confirm"
}

test "a space too many takes /usr" {
  run = "rm -rf /usr /lib/nvidia-current/xorg/xorg"
  given { probe = { at = [{ resolved = "/usr", type = "directory" }, { resolved = "/lib/x", type = null }], below = { entries = 90000, mounts = [] }, db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

test "a mount inside, and too many entries to count" {
  run = "rm -rf /srv/big"
  given { probe = { at = [{ resolved = "/srv/big", type = "directory" }], below = { entries = unknown("stopped"), mounts = ["/srv/big/nfs"] }, db = { found = [] } } }
  expect = "deny"
  checks = ["rule.one file system", "blast_radius.entries.max"]
}

test "the home directory" {
  run = "rm -rf ~"
  given { probe = { at = [{ resolved = "/home/operator", type = "directory" }], below = { entries = 9000, mounts = [] }, db = { found = [] } } }
  expect = "deny"
  checks = ["rule.home", "rule.home of others"]
}

test "an unknown word may be anything" {
  run    = "sh -c 'rm -rf $DIR/'"
  expect = "deny"
}

test "find -delete from the root" {
  run = "find / -name '*.tmp' -delete"
  given { probe = { at = [{ resolved = "/", type = "directory" }], db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

test "find -delete in a log directory" {
  run = "find /var/log/app -type f -mtime +10 -delete"
  given { probe = { at = [{ resolved = "/", type = "directory" }], db = { found = [] } } }
  expect = "confirm"
}

test "mv of the system's configuration" {
  run = "mv /etc /etc.old"
  given { probe = { at = [{ resolved = "/etc", type = "directory" }, { resolved = "/etc.old", type = null }], stood = [], db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

test "chown -R of a part of the system" {
  run = "chown -Rv app: /usr"
  given { probe = { at = [{ real = "/work/app:" }, { real = "/usr" }], below = { entries = unknown("counted to 1001") }, db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

test "chown -R of a small directory" {
  run = "chown -R app: site"
  given { probe = { at = [{ real = "/work/app:" }, { real = "/work/site" }], below = { entries = 30 }, db = { found = [] } } }
  expect = "allow"
}

test "chmod -R of a large directory" {
  run = "chmod -R go-w site"
  given { probe = { at = [{ real = "/work/go-w" }, { real = "/work/site" }], below = { entries = 3000 }, db = { found = [] } } }
  expect = "confirm"
}

test "emptying a large log through a link" {
  run = "sh -c '> /var/log/app.log'"
  given { probe = { at = [{ resolved = "/var/log/app.log", real = "/var/log/app.1", type = "symlink", size = 5 }], behind = [{ size = size("3GB") }], db = { found = [] } } }
  expect = "confirm"
}

test "emptying the table of file systems" {
  run = "sh -c '> /etc/fstab'"
  given { probe = { at = [{ resolved = "/etc/fstab", real = "/etc/fstab", type = "file", size = 600 }], db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

test "a directory and what its links lead to" {
  run = "chown -RL app: site"
  given { probe = { at = [{ real = "/work/site" }], below = { entries = 30 }, db = { found = [] } } }
  expect = "confirm"
}

test "the mode is no target" {
  run = "chmod -R 777 ."
  given { probe = { at = [{ real = "/work" }], below = { entries = 3000 }, db = { found = [] } } }
  expect = "confirm"
  type   = "test.example:/work"
}

test "the owner of another file" {
  run = "chown --reference=a b"
  given { probe = { at = [{ real = "/work/b" }], db = { found = [] } } }
  expect = "allow"
}

test "nothing is deleted without a name" {
  run    = "rm -rf"
  expect = "allow"
}

test "an empty name is not none" {
  run    = "rm -rf ''"
  expect = "deny"
}

test "a large log grows" {
  run = "truncate -s 6G /var/log/app.log"
  given { probe = { at = [{ resolved = "/var/log/app.log", real = "/var/log/app.log", type = "file", size = size("5GB") }], behind = [{ size = size("5GB") }], db = { found = [] } } }
  expect = "allow"
}

test "a large log is cut" {
  run = "truncate -s 4G /var/log/app.log"
  given { probe = { at = [{ resolved = "/var/log/app.log", real = "/var/log/app.log", type = "file", size = size("5GB") }], behind = [{ size = size("5GB") }], db = { found = [] } } }
  expect = "confirm"
}

test "all that a protected directory holds" {
  run = "rm -f /etc/pam.d/login /etc/pam.d/sshd"
  given { probe = { at = [{ resolved = "/etc/pam.d/login", type = "file" }, { resolved = "/etc/pam.d/sshd", type = "file" }], db = { found = [] }, of = [{ path = "/etc/pam.d", listed = true, entries = 2, taken = 2 }] } }
  expect = "deny"
  checks = ["rule.all"]
}

test "one of many, and one by one" {
  run = "rm -f /etc/pam.d/login"
  given { probe = { at = [{ resolved = "/etc/pam.d/login", type = "file" }], db = { found = [] }, of = [{ path = "/etc/pam.d", listed = true, entries = 30, taken = 1 }] } }
  expect = "allow"
}

test "the shell under another name" {
  run = "rm -f there/dash"
  given { probe = { at = [{ resolved = "/work/there/dash", type = "file" }], db = { found = [] }, vital = [{ given = "there/dash", file = "/bin/sh", holds = false }] } }
  expect = "deny"
  checks = ["rule.vital"]
}

test "find without a path starts where it is" {
  run = "cd /etc && find ! -name keep -delete"
  given { probe = { at = [{ resolved = "/etc", type = "directory" }], db = { found = [] } } }
  expect = "deny"
  checks = ["rule.protected"]
}

# Files and directories: what may not be hit at all, and what a person confirms.
# Deleting or emptying one ordinary file is not asked about.

locals {
  # Hitting one of these, or a directory that holds one, is refused.
  protected_paths = concat(local.system_paths, ["/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/var/cache", "/var/log", "/var/spool", "/var/tmp"])
  system_paths = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr", "/var",
    "/boot/efi", "/boot/grub", "/boot/grub2", "/etc/fstab", "/etc/group", "/etc/pam.d", "/etc/passwd", "/etc/shadow", "/etc/ssh", "/etc/sudoers", "/etc/systemd",
    "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/sbin", "/usr/share", "/var/lib", "/var/lib/dpkg", "/var/lib/guard", "/var/lib/rpm",
    "/Library", "/System", "/Users", "/Volumes",
  ]
  # What was made in one of these since a script began it may remove.
  temporary_paths = ["/dev/shm", "/tmp", "/var/tmp"]
  # Removing one, or moving a file onto it, breaks what writes to it.
  device_files    = ["/dev/full", "/dev/null", "/dev/ptmx", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero"]
  protected_files = ["/etc/fstab", "/etc/group", "/etc/passwd", "/etc/shadow", "/etc/sudoers"]

  max_entries = 100000      # files and directories that one command may delete
  max_names   = 100         # deleting more names than this is confirmed
  few_entries = 1000        # changing the owner or mode of more is confirmed
  small_file  = size("1MB") # emptying a larger file is confirmed
}

policy "protected-paths" {
  applies_to = [command.rm, command.remove-one, command.removed]
  locals { lost = [for p in concat(local.protected_paths, local.device_files) : p if inside(p, flatten(target.names))] }
  rule "protected" {
    condition     = length(local.lost) == 0
    error_message = "a part of the system would go with it: ${join(", ", local.lost)}"
  }
}

policy "delete" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm]
  when       = length(arg.paths) > local.max_names || length([for t in probe.at : t if t.type == "directory"]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "tree" "below" {
    paths = arg.paths
    limit = local.max_entries
  }
  rule "home" {
    condition     = !inside(user.home, flatten(target.names))
    error_message = "it is your home directory, or holds it"
    enforcement   = "soft-mandatory"
  }
  rule "home of others" {
    condition     = length([for t in flatten(target.names) : t if contains(["/home", "/Users"], dirname(t))]) == 0
    error_message = "it is somebody's home directory"
    enforcement   = "soft-mandatory"
  }
  rule "one file system" {
    condition     = length(probe.below.mounts) == 0
    error_message = "mounted inside: ${join(", ", probe.below.mounts)}"
    enforcement   = "soft-mandatory"
  }
  blast_radius "entries" {
    affected    = probe.below.entries
    max         = local.max_entries
    drift       = max(100, probe.below.entries / 10) # files come and go in a live directory
    enforcement = "soft-mandatory"
  }
}

# Databases are confirmed by their role instead (datadir.hcl). A temporary
# directory with nothing in it that is older than the script that removes it is taken
# for the script's own.
policy "delete-confirmed" {
  applies_to = [command.rm]
  when = length(probe.db.found) == 0 && !local.own && (
    length(arg.paths) > local.max_names || length([for t in probe.at : t if t.type == "directory"]) > 0
  )
  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" { paths = arg.paths }
  probe "age" "made" {
    paths = arg.paths
    since = script.began
  }
  locals { own = probe.made.younger && length([for t in probe.at : t if !inside(t.resolved, local.temporary_paths)]) == 0 }
  confirm {}
}

# What find would delete is not known before it runs: a person decides, but for
# a whole part of the system.
policy "delete-found" {
  summary    = "delete what find finds below ${join(" ", arg.paths)}"
  applies_to = [command.find]
  when       = arg.delete

  rule "protected" {
    condition     = length([for p in local.system_paths : p if inside(p, target.resolved)]) == 0
    error_message = "it starts at a part of the system: start further down"
  }
  confirm {}
}

policy "move" {
  summary    = "move ${join(" ", arg.paths)}"
  applies_to = [command.mv]
  locals {
    moved = flatten([for i, t in target.names : t if arg.target-directory != null || i < length(arg.paths) - 1])
    gone  = [for p in local.protected_paths : p if inside(p, local.moved)]
    lost  = [for i, t in target.resolved : t if contains(concat(local.protected_files, local.device_files), t) && arg.target-directory == null && i == length(arg.paths) - 1]
  }
  rule "protected" {
    condition     = length(local.gone) == 0
    error_message = "a part of the system would go with it: ${join(", ", local.gone)}"
  }
  rule "replaced" {
    condition     = length(local.lost) == 0
    error_message = "a part of the system would be replaced"
    enforcement   = "soft-mandatory"
  }
}

policy "change-recursively" {
  summary    = "${program} everything below ${join(" ", arg.paths)}"
  applies_to = [command.chmod, command.chown]
  when       = arg.recursive

  probe "resolve" "at" { paths = arg.paths }
  locals { below = flatten([for t in probe.at : concat([t.real], t.real_names, t.holds)]) }
  rule "protected" {
    condition     = length([for p in concat(local.system_paths, ["/home"]) : p if inside(p, local.below)]) == 0
    error_message = "it would change a part of the system"
  }
}

# What a link below leads to is not counted, and may be anywhere.
policy "change-behind-links" {
  summary    = "${program} everything below ${join(" ", arg.paths)}, and behind each link"
  applies_to = [command.chmod, command.chown]
  when       = arg.recursive && arg.follow
  confirm {}
}

policy "change-system" {
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.chmod, command.chown]
  when       = !arg.recursive && length([for t in probe.at : t if t.real == "/" || contains(local.system_paths, t.real)]) > 0

  probe "resolve" "at" { paths = arg.paths }
  confirm {}
}

policy "change-many" {
  applies_to = [command.chmod, command.chown]
  when       = arg.recursive && probe.below.entries > local.few_entries

  probe "tree" "below" {
    paths = arg.paths
    limit = local.few_entries
  }
  confirm {}
}

policy "overwrite" {
  summary    = "empty or overwrite ${join(" ", arg.paths)}"
  applies_to = [command.shred, command.truncate, command.dd]

  probe "resolve" "at" { paths = arg.paths }
  locals { hit = flatten([for t in probe.at : concat([t.real], t.real_names)]) }
  rule "protected" {
    condition     = length([for p in local.protected_paths : p if inside(p, local.hit)]) == 0
    error_message = "a part of the system would be lost"
  }
}

policy "overwrite-confirmed" {
  summary    = "empty or overwrite ${join(" ", arg.paths)}"
  applies_to = [command.shred, command.truncate, command.dd]
  when       = length([for t in probe.behind : t if t.size == null ? false : t.size > local.least]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "behind" { paths = [for t in probe.at : t.real] } # of a link, not its own few bytes
  locals { least = program == "shred" ? 0 : local.small_file }
  confirm {}
}

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
  given { probe = { at = [{ resolved = "/etc", type = "directory" }, { resolved = "/etc.old", type = null }], db = { found = [] } } }
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

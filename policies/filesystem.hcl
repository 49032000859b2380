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

  # Files that a host does not come up without, or that nobody can log in without.
  # They are known by what they are, under every name.
  vital_files = [
    "/boot/*{kernel}*", "/boot/*-linux*", "/boot/grub*/grub.cfg", "/boot/loader/loader.conf", "/boot/efi/EFI/*/*.[eE][fF][iI]", "/lib/modules/{kernel}/modules.dep",
    "/lib*/ld-*.so*", "/lib/*/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6", "/bin/sh", "/bin/bash", "/sbin/init", "/lib/systemd/systemd", "/usr/bin/sudo", "/usr/bin/su",
    "/etc/fstab", "/etc/group", "/etc/gshadow", "/etc/nsswitch.conf", "/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/pam.d/common-auth", "/etc/pam.d/system-auth", "/etc/ssh/sshd_config",
    "/var/lib/dpkg/status", "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite", "/lib/apk/db/installed",
  ]
  # Taking all that is in one of these is taking the directory, also piece by piece
  # in an hour. What lies in the other protected ones comes and goes.
  kept_whole = [
    "/bin", "/boot", "/boot/efi", "/boot/grub", "/boot/grub2", "/etc", "/etc/pam.d", "/etc/ssh", "/etc/systemd", "/lib", "/lib32", "/lib64", "/sbin",
    "/usr", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/lib/dpkg", "/var/lib/guard", "/var/lib/rpm",
    "/Library", "/System",
  ]
  kept_now  = ["/dev", "/proc", "/run", "/sys"]
  homes     = ["/root", "/home/*", "/Users/*"]
  watched   = concat(local.kept_whole, local.kept_now, local.homes)
  few_names = 3 # emptying a directory of fewer, below those, is not asked about
  removers  = ["rm", "rmdir", "shred", "unlink"]

  max_entries = 100000      # files and directories that one command may delete
  max_names   = 100         # deleting more names than this is confirmed
  few_entries = 1000        # changing the owner or mode of more is confirmed
  small_file  = size("1MB") # emptying a larger file is confirmed
}

policy "protected-paths" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm, command.remove-one, command.removed]
  locals { lost = [for p in concat(local.protected_paths, local.device_files) : p if inside(p, flatten(target.names))] }
  rule "protected" {
    condition     = length(local.lost) == 0
    error_message = "a part of the system would go with it: ${local.lost[0]}"
  }
  probe "identity" "vital" {
    paths = arg.paths
    files = local.vital_files
  }
  rule "vital" {
    condition     = length(probe.vital) == 0
    error_message = "the host needs ${join(", ", distinct([for v in probe.vital : v.file]))} to start, or its people to log in"
  }
}

# What takes all that a directory holds takes the directory: rm -f /etc/pam.d/*.
policy "empty" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm, command.remove-one, command.shred]
  when       = length(local.all) + length(local.most) + length(local.home) > 0

  probe "contents" "of" {
    paths = arg.paths
    in    = local.watched
    below = local.few_names
  }
  locals {
    kept = concat(local.kept_whole, local.kept_now)
    all  = [for d in probe.of : d.path if d.listed && d.taken >= d.entries && contains(local.kept, d.path)]
    most = [for d in probe.of : d.path if d.listed && d.taken < d.entries && d.taken > local.few_names && d.taken * 4 > d.entries * 3 && contains(local.kept_whole, d.path)]
    home = [for d in probe.of : d.path if d.listed && d.taken >= d.entries && d.taken >= local.few_names && !contains(local.kept, d.path)]
  }
  rule "all" {
    condition     = length(local.all) == 0
    error_message = "it is all that ${join(", ", local.all)} holds"
  }
  rule "most" {
    condition     = length(local.most) == 0
    error_message = "it is most of what ${join(", ", local.most)} holds"
    enforcement   = "soft-mandatory"
  }
  rule "home" {
    condition     = length(local.home) == 0
    error_message = "it is all that the home directory ${join(", ", local.home)} holds"
    enforcement   = "soft-mandatory"
  }
}

# The same in a loop, or by several people: one command does not see the others.
policy "empty-piecemeal" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm, command.remove-one, command.shred]
  when       = length(local.parts) > 0

  probe "contents" "of" {
    paths = arg.paths
    in    = local.watched
    below = local.few_names
  }
  locals { parts = [for d in probe.of : d if d.listed && d.taken > 0 && contains(local.kept_whole, d.path)] }
  blast_radius "names" {
    for_each    = local.parts
    affected    = each.value.taken
    enforcement = "soft-mandatory"
    budget {
      key = each.value.path
      max = max(8, ceil(each.value.entries / 5))
      per = "1h"
    }
  }
}

policy "empty-below" {
  summary    = "empty ${join(", ", local.emptied)}"
  applies_to = [command.rm, command.remove-one, command.shred]
  when       = length(local.emptied) > 0

  probe "contents" "of" {
    paths = arg.paths
    in    = local.watched
    below = local.few_names
  }
  locals { emptied = [for d in probe.of : d.path if !d.listed && d.taken >= d.entries && inside(d.path, ["/boot", "/etc", "/usr"])] }
  confirm { type = "${host.name}: empty ${join(" ", local.emptied)}" }
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
# directory with nothing in it that is older than the script that removes it, or that
# another user has made, is taken for the script's own.
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
    owner = user.uid
  }
  locals { own = probe.made.younger && length([for t in probe.at : t if !inside(t.resolved, local.temporary_paths)]) == 0 }
  confirm {}
}

# What find would delete is not known before it runs: a person decides, but for a whole
# part of the system. In a temporary directory of its own a script does not ask.
policy "delete-found" {
  summary    = "delete what find finds below ${join(" ", arg.paths)}"
  applies_to = [command.find]
  when       = arg.delete

  probe "resolve" "at" { paths = arg.paths }
  probe "identity" "vital" {
    paths = local.starts
    files = local.vital_files
  }
  locals {
    linked = [for t in probe.at : t.real if arg.follow || arg.follow_starts]
    starts = concat(target.resolved, local.linked)
    whole  = arg.unrestricted ? local.protected_paths : local.system_paths
    vital  = distinct([for v in probe.vital : v.file if arg.unrestricted || !v.holds])
  }
  rule "protected" {
    condition     = length([for p in local.whole : p if inside(p, target.resolved)]) == 0
    error_message = "it starts at a part of the system: start further down"
  }
  rule "protected behind links" {
    condition     = length([for p in local.whole : p if inside(p, local.linked)]) == 0
    error_message = "a link that it follows leads to a part of the system"
  }
  rule "vital" {
    condition     = length(local.vital) == 0
    error_message = "the host needs ${join(", ", local.vital)} to start, or its people to log in"
  }
  rule "home" {
    condition     = !arg.unrestricted || length([for s in local.starts : s if contains(["/home", "/Users"], dirname(s))]) == 0
    error_message = "it is somebody's home directory, and no test spares anything"
    enforcement   = "soft-mandatory"
  }
  rule "links" {
    condition     = !arg.follow
    error_message = "with -L or -follow it deletes what links lead to, wherever that is: leave it out"
    enforcement   = "soft-mandatory"
  }
}

policy "delete-found-confirmed" {
  summary    = "delete what find finds below ${join(" ", arg.paths)}"
  applies_to = [command.find]
  when       = arg.delete && !local.own

  probe "resolve" "at" { paths = arg.paths }
  probe "age" "made" {
    paths = arg.paths
    since = script.began
    owner = user.uid
  }
  locals { own = probe.made.younger && !arg.follow && !arg.follow_starts && length([for t in probe.at : t if !inside(t.resolved, local.temporary_paths)]) == 0 }
  confirm {}
}

# By a program of its own for each file: the steps are decided one by one, and none
# of them is the whole.
policy "remove-found" {
  summary    = "${join(", ", arg.executes)} for all that find finds below ${join(" ", arg.paths)}"
  applies_to = [command.find]
  when       = arg.unrestricted && length([for e in arg.executes : e if contains(local.removers, e)]) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals { starts = concat(target.resolved, [for t in probe.at : t.real if arg.follow || arg.follow_starts]) }
  rule "protected" {
    condition     = length([for p in local.protected_paths : p if inside(p, local.starts)]) == 0
    error_message = "it starts at a part of the system, and no test spares anything: start further down"
  }
}

# -fprint FILE and its kin empty the file first.
policy "write-found" {
  summary    = "empty or overwrite ${join(" ", arg.writes)}"
  applies_to = [command.find]
  when       = length(arg.writes) > 0

  probe "resolve" "to" { paths = arg.writes }
  probe "identity" "vital" {
    paths   = arg.writes
    files   = local.vital_files
    written = true
  }
  locals { emptied = [for t in probe.to : t.real] }
  rule "protected" {
    condition     = length([for p in local.protected_paths : p if inside(p, local.emptied)]) + length(probe.vital) == 0
    error_message = "a part of the system would be lost"
  }
}

policy "move" {
  summary    = "move ${join(" ", arg.paths)}"
  applies_to = [command.mv]
  probe "identity" "vital" {
    paths = arg.paths
    files = local.vital_files
  }
  probe "contents" "of" {
    paths = arg.paths
    in    = local.watched
    below = local.few_names
  }
  locals {
    given = [for i, p in arg.paths : p if arg.target-directory != null || i < length(arg.paths) - 1]
    vital = distinct([for v in probe.vital : v.file if contains(local.given, v.given)])
    onto  = distinct([for v in probe.vital : v.file if !v.holds && !contains(local.given, v.given)])
    all   = [for d in probe.of : d.path if d.listed && d.taken >= d.entries && contains(concat(local.kept_whole, local.kept_now), d.path)]
    moved = flatten([for i, t in target.names : t if arg.target-directory != null || i < length(arg.paths) - 1])
    gone  = [for p in local.protected_paths : p if inside(p, local.moved)]
    lost  = [for i, t in target.resolved : t if contains(concat(local.protected_files, local.device_files), t) && arg.target-directory == null && i == length(arg.paths) - 1]
  }
  rule "protected" {
    condition     = length(local.gone) == 0
    error_message = "a part of the system would go with it: ${local.gone[0]}"
  }
  rule "vital" {
    condition     = length(local.vital) == 0
    error_message = "the host needs ${join(", ", local.vital)} to start, or its people to log in"
  }
  rule "all" {
    condition     = length(local.all) == 0
    error_message = "it is all that ${join(", ", local.all)} holds"
  }
  rule "replaced" {
    condition     = length(local.lost) + length(local.onto) == 0
    error_message = "a part of the system would be replaced"
    enforcement   = "soft-mandatory"
  }
}

# A link that stands for a part of the system (/lib64), a device that is none any more.
policy "replace-system" {
  summary    = "${program} replaces ${join(", ", local.lost)}"
  applies_to = [command.replaced]
  when       = length(local.lost) > 0

  probe "resolve" "stood" { paths = arg.paths }
  locals { lost = [for t in probe.stood : t.resolved if t.type != "file" && contains(concat(local.protected_paths, local.device_files), t.resolved)] }
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
  when       = !arg.recursive && length(local.hit) > 0 || length([for v in probe.vital : v if !v.holds]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "identity" "vital" {
    paths   = arg.paths
    files   = local.vital_files
    written = true
  }
  locals {
    # As they must be, by chmod and by chown.
    open = length([for word in argv : word if matches("^(0?1777|(a|ugo)?[+=]rwxt|(a|o)?\\+t|(a|ugo)?[+=]rwx,(a|o)?\\+t|(0|root)(:(0|root)?)?)$", word)]) > 0
    hit  = [for t in probe.at : t if contains(concat(["/", "/home"], local.system_paths, local.open ? [] : local.temporary_paths), t.real)]
  }
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

# A file that only grows, or is not larger than it will be, loses nothing.
policy "truncate-confirmed" {
  summary    = "cut ${join(" ", arg.paths)}"
  applies_to = [command.truncate]
  when       = !local.own && !matches("^[+>%]", local.asked) && length([for t in probe.behind : t if t.size == null ? false : t.size > local.small_file && t.size > local.wanted]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "behind" { paths = [for t in probe.at : t.real] } # of a link, not its own few bytes
  probe "age" "made" {
    paths = [for t in probe.at : t.real]
    since = script.began
    owner = user.uid
  }
  locals {
    own    = probe.made.younger && length([for t in probe.at : t if !inside(t.real, local.temporary_paths)]) == 0
    asked  = arg.size == null ? "" : arg.size
    wanted = matches("^[0-9]+([KMGTP]i?B)?$", local.asked) ? size(local.asked) : matches("^[0-9]+[KMGTP]$", local.asked) ? size("${local.asked}iB") : 0
  }
  confirm {}
}

policy "overwrite-confirmed" {
  summary    = "empty or overwrite ${join(" ", arg.paths)}"
  applies_to = [command.shred, command.dd]
  when       = !local.own && length([for t in probe.behind : t if t.size == null ? false : t.size > local.least]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "behind" { paths = [for t in probe.at : t.real] } # of a link, not its own few bytes
  probe "age" "made" {
    paths = [for t in probe.at : t.real]
    since = script.began
    owner = user.uid
  }
  locals {
    own   = probe.made.younger && length([for t in probe.at : t if !inside(t.real, local.temporary_paths)]) == 0
    least = program == "shred" ? 0 : local.small_file
  }
  confirm {}
}

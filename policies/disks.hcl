# Disks, partitions, volumes, pools. A device that is mounted or swapped to, or
# of which a part is, may not be overwritten; any other is confirmed.

locals {
  # Character devices that keep nothing of what is written to them.
  streams = ["/dev/console", "/dev/full", "/dev/fuse", "/dev/kmsg", "/dev/kvm", "/dev/null", "/dev/ptmx", "/dev/pts", "/dev/random", "/dev/tty", "/dev/uinput", "/dev/urandom", "/dev/zero", "/dev/snd", "/dev/input", "/dev/dri", "/dev/net", "/dev/usb", "/dev/bus", "/dev/vcs", "/dev/lp0"]
  # What is not here is asked about: there are more ways to destroy than to look.
  disk_looks = [
    "benchmark", "bitlkDump", "close", "isLuks", "luksAddKey", "luksClose", "luksDump", "luksHeaderBackup", "luksOpen", "luksResume", "luksUUID", "open", "plainOpen", "refresh", "resize", "status", "tcryptDump",
    "ana-log", "changed-ns-list-log", "discover", "effects-log", "endurance-log", "error-log", "fw-log", "get-feature", "get-log", "help", "id-ctrl", "id-ns", "list", "list-ctrl", "list-ns", "list-subsys", "ns-descs", "self-test-log", "show-regs", "show-topology", "smart-log", "telemetry-log", "version",
  ]
  parted_looks = ["align-check", "help", "p", "print", "version"]
  parted_words = concat(local.parted_looks, [ # and what may stand beside them
    "all", "devices", "free", "list", "min", "minimal", "opt", "optimal", "unit", "%", "s", "B", "kB", "KB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB", "chs", "compact", "cyl",
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
  ])
  zfs_looks = [ # or make something new, or bring back what is there
    "allow", "bookmark", "checkpoint", "clone", "diff", "events", "get", "groupspace", "help", "history", "hold", "holds", "import", "inherit", "iostat", "list", "load-key", "mount", "online", "projectspace",
    "receive", "recv", "resilver", "scrub", "send", "set", "share", "snap", "snapshot", "status", "sync", "trim", "userspace", "version", "wait",
  ]
}

policy "overwrite-device" {
  summary = "overwrite ${join(" ", arg.paths)}"
  applies_to = [
    command.written, command.replaced, command.edited, command.appended, command.shred, command.truncate,
    command.mkfs, command.mkfs-btrfs, command.mkfs-exfat, command.mkfs-ext, command.mkfs-f2fs, command.mkfs-fat, command.mkfs-jfs, command.mkfs-minix, command.mkfs-ntfs, command.mkfs-other, command.mkfs-xfs, command.mkswap, command.blkdiscard, command.pvcreate,
  ]
  when = length(local.devices) > 0 || length(local.others) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv     = ["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"]
    operands = local.devices
    if_empty = { blockdevices = [] }
    decode   = "json"
  }
  locals {
    uses    = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
    devices = [for t in probe.at : t.disk if t.disk != null]
    others  = [for t in probe.at : t.char if t.char == null ? false : !inside(t.char, local.streams) && !startswith(t.char, "/dev/tty") && !startswith(t.char, "/dev/vcs")]
  }
  blast_radius "uses" {
    affected      = local.uses
    max           = 0
    error_message = "mounted or swapped to: ${join(", ", local.uses)}"
    on_unknown    = "soft-mandatory" # not every device is a disk
  }
  confirm {}
}

policy "erase-device" {
  summary    = "wipefs: erase what is on ${join(" ", arg.paths)}"
  applies_to = [command.wipefs]
  when       = arg.erase || length(arg.erase-at) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv     = ["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"]
    operands = local.devices
    if_empty = { blockdevices = [] }
    decode   = "json"
  }
  locals {
    uses    = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
    devices = [for t in probe.at : t.disk if t.disk != null]
  }
  blast_radius "uses" {
    affected      = local.uses
    max           = 0
    error_message = "mounted or swapped to: ${join(", ", local.uses)}"
    enforcement   = "soft-mandatory" # a new partition on the disk of a running system
  }
  confirm {}
}

policy "change-table" {
  summary    = "sgdisk: change the partitions of ${join(" ", concat(arg.paths, arg.replicate))}"
  applies_to = [command.sgdisk]
  when       = arg.erase || length(arg.erase-at) > 0 || length(arg.replicate) > 0

  probe "resolve" "at" { paths = concat(arg.paths, arg.replicate) }
  probe "exec" "parts" {
    argv     = ["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"]
    operands = local.devices
    if_empty = { blockdevices = [] }
    decode   = "json"
  }
  locals {
    uses    = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
    devices = [for t in probe.at : t.disk if t.disk != null]
  }
  blast_radius "uses" {
    affected      = local.uses
    max           = 0
    error_message = "mounted or swapped to: ${join(", ", local.uses)}"
    enforcement   = "soft-mandatory" # a new partition on the disk of a running system
  }
  confirm {}
}

policy "erase-member" {
  summary    = "mdadm: erase what is on ${join(" ", arg.paths)}"
  applies_to = [command.mdadm]
  when       = arg.erase

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv     = ["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"]
    operands = local.devices
    if_empty = { blockdevices = [] }
    decode   = "json"
  }
  locals {
    uses    = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
    devices = [for t in probe.at : t.disk if t.disk != null]
  }
  blast_radius "uses" {
    affected      = local.uses
    max           = 0
    error_message = "mounted or swapped to: ${join(", ", local.uses)}"
    enforcement   = "soft-mandatory" # a new partition on the disk of a running system
  }
  confirm {}
}

policy "format-image" {
  summary = "make a file system on ${join(" ", arg.paths)}"
  applies_to = [
    command.mkfs, command.mkfs-btrfs, command.mkfs-exfat, command.mkfs-ext, command.mkfs-f2fs, command.mkfs-fat, command.mkfs-jfs, command.mkfs-minix, command.mkfs-ntfs, command.mkfs-other, command.mkfs-xfs, command.mkswap, command.blkdiscard, command.pvcreate,
  ]
  when = !local.own

  probe "resolve" "at" { paths = arg.paths }
  probe "age" "made" {
    paths = [for t in probe.at : t.real]
    since = script.began
    owner = user.uid
  }
  # An image that a script has made itself in a temporary directory, and no device beside it.
  locals { own = probe.made.younger && length([for word in argv : word if matches("/dev/|dev=|device=", word)]) == 0 && length([for t in probe.at : t if !inside(t.real, ["/dev/shm", "/tmp", "/var/tmp"])]) == 0 }
  confirm {}
}

policy "edit-partitions" {
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.disk-editor, command.fdisk]
  confirm {}
}

policy "write-partitions" {
  summary    = "sfdisk ${join(" ", arg.paths)}"
  applies_to = [command.sfdisk]
  when       = !arg.look || arg.change
  confirm {}
}

policy "change-disk" {
  summary    = "${program} ${arg.verb} ${arg.device}"
  applies_to = [command.cryptsetup, command.nvme]
  when       = arg.verb != null && !contains(local.disk_looks, arg.verb) && !(program == "nvme" && contains(local.disk_looks, arg.device == null ? "" : arg.device))
  confirm {}
}

policy "change-partitions" { # without a command parted waits for some
  summary    = "parted ${arg.device} ${join(" ", arg.words)}"
  applies_to = [command.parted]
  when       = length([for w in arg.words : w if !contains(local.parted_words, w)]) > 0 || length([for w in arg.words : w if contains(local.parted_looks, w)]) == 0
  confirm {}
}

policy "change-array" {
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.mdadm]
  when       = !arg.look && !arg.erase
  confirm {}
}

policy "remove-volume" {
  summary    = "${program} ${join(" ", arg.names)}"
  applies_to = [command.volume]
  confirm {}
}

policy "shrink-volume" {
  summary    = "${program} ${join(" ", arg.names)} to ${local.wanted}"
  applies_to = [command.volume-size]
  when       = program != "lvresize" || local.wanted != "" && !startswith(local.wanted, "+")
  locals { wanted = arg.size != null ? arg.size : arg.extents != null ? arg.extents : "" } # none: it takes what is free
  confirm {}
}

policy "shrink-file-system" {
  summary    = "resize2fs ${join(" ", arg.paths)}"
  applies_to = [command.resize-ext]
  when       = arg.smallest || arg.size != null
  confirm {}
}

policy "repair-with-loss" {
  summary    = "xfs_repair ${join(" ", arg.paths)}: what its log holds is lost"
  applies_to = [command.xfs-repair]
  when       = arg.lossy
  confirm {}
}

locals {
  btrfs_actions = [
    { group = "subvolume", verb = "delete" },
    { group = "device", verb = "delete" },
    { group = "device", verb = "remove" },
    { group = "filesystem", verb = "resize" },
    { group = "replace", verb = "start" },
    { group = "rescue", verb = "chunk-recover" },
    { group = "rescue", verb = "clear-ino-cache" },
    { group = "rescue", verb = "clear-space-cache" },
    { group = "rescue", verb = "clear-uuid-tree" },
    { group = "rescue", verb = "fix-data-checksum" },
    { group = "rescue", verb = "fix-device-size" },
    { group = "rescue", verb = "super-recover" },
    { group = "rescue", verb = "zero-log" },
  ]
}

# btrfs takes any beginning of a word.
policy "destroy-subvolume" {
  summary    = "btrfs ${arg.group} ${arg.verb} ${join(" ", arg.names)}"
  applies_to = [command.btrfs]
  when = arg.group != null && (
    arg.repair && startswith("check", arg.group)
    || arg.verb != null && length([for action in local.btrfs_actions : action if startswith(action.group, arg.group) && startswith(action.verb, arg.verb)]) > 0
  )
  confirm {}
}

policy "remove-mapping" {
  summary    = "dmsetup ${arg.verb} ${join(" ", arg.names)}"
  applies_to = [command.dmsetup]
  when       = arg.verb != null && !contains(local.mapping_looks, arg.verb)
  locals {
    mapping_looks = [ # or make something new
      "create", "deps", "help", "info", "ls", "mangle", "measure", "mknodes", "resume", "splitname", "stats", "status", "table", "target-version", "targets", "udevcomplete", "udevcomplete_all", "udevcookies", "udevcreatecookie", "udevflags", "udevreleasecookie", "version", "wait",
    ]
  }
  confirm {}
}

policy "destroy-dataset" {
  summary    = "${program} ${arg.verb} ${join(" ", arg.names)}"
  applies_to = [command.zfs, command.zpool]
  when       = !arg.dry-run && arg.verb != null && (arg.force || !contains(local.zfs_looks, arg.verb) && !(program == "zfs" && arg.verb == "create"))
  confirm {}
}

policy "discard-checkpoint" {
  summary    = "discard the checkpoint of ${join(" ", arg.names)}"
  applies_to = [command.zpool-checkpoint]
  when       = arg.discard
  confirm {}
}

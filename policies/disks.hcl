# Disks, partitions, volumes, pools. A device that is mounted or swapped to, or
# of which a part is, may not be overwritten; any other is confirmed.

locals {
  # Character devices that keep nothing of what is written to them.
  streams = ["/dev/console", "/dev/full", "/dev/fuse", "/dev/kmsg", "/dev/kvm", "/dev/null", "/dev/ptmx", "/dev/pts", "/dev/random", "/dev/tty", "/dev/uinput", "/dev/urandom", "/dev/zero", "/dev/snd", "/dev/input", "/dev/dri", "/dev/net", "/dev/usb", "/dev/bus", "/dev/vcs", "/dev/lp0"]
  disk_actions = [ # of cryptsetup, nvme
    "luksFormat", "erase", "luksErase", "luksKillSlot", "reencrypt", "format", "sanitize", "delete-ns", "write",
  ]
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
  summary    = "overwrite ${join(" ", arg.paths)}"
  applies_to = [command.written, command.edited, command.appended, command.mkfs, command.shred, command.truncate]
  when       = length(local.devices) > 0 || length(local.others) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv   = concat(["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"], local.devices)
    decode = "json"
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
  summary    = "${program}: erase what is on ${join(" ", arg.paths)}"
  applies_to = [command.wipefs, command.mdadm, command.sgdisk]
  when       = arg.erase

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv   = concat(["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"], local.devices)
    decode = "json"
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
  summary    = "make a file system on ${join(" ", arg.paths)}"
  applies_to = [command.mkfs]
  confirm {}
}

policy "edit-partitions" {
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.fdisk]
  when       = !arg.look
  confirm {}
}

policy "change-disk" {
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.words]
  when = length(arg.paths) > 0 && (
    length([for w in arg.paths : w if contains(local.disk_actions, w)]) > 0 || length([for w in arg.paths : w if contains(local.disk_looks, w)]) == 0
  )
  confirm {}
}

policy "change-partitions" { # without a command parted waits for some
  summary    = "${program} ${join(" ", arg.paths)}"
  applies_to = [command.parted]
  when = !arg.look && (
    length([for i, w in arg.paths : w if i > 0 && !contains(local.parted_words, w)]) > 0 || length([for i, w in arg.paths : w if i > 0 && contains(local.parted_looks, w)]) == 0
  )
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

policy "destroy-dataset" {
  summary    = "${program} ${arg.verb} ${join(" ", arg.names)}"
  applies_to = [command.zfs]
  when       = !arg.dry_run && arg.verb != null && (arg.force || !contains(local.zfs_looks, arg.verb) && !(program == "zfs" && arg.verb == "create"))
  confirm {}
}

test "dd onto the disk of the running system" {
  run = "sudo dd if=image.iso of=/dev/sda bs=4M"
  given { probe = { at = [{ resolved = "/dev/sda", real = "/dev/sda", disk = "/dev/sda", type = "block", size = 0 }], db = { found = [] }, parts = { blockdevices = [{ name = "/dev/sda", mountpoint = null }, { name = "/dev/sda1", mountpoint = "/" }] } } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "dd onto an idle disk" {
  run = "sudo dd if=image.iso of=/dev/sdb"
  given { probe = { at = [{ resolved = "/dev/sdb", real = "/dev/sdb", disk = "/dev/sdb", type = "block", size = 0 }], db = { found = [] }, parts = { blockdevices = [{ name = "/dev/sdb", mountpoint = null }] } } }
  expect = "confirm"
  type   = "test.example:/dev/sdb"
}

test "a file system where the use cannot be told" {
  run = "mkfs.ext4 -L data /dev/sdb1"
  given { probe = { at = [{ real = "/dev/sdb1", disk = "/dev/sdb1", type = "block", size = 0 }], parts = unknown("lsblk did not answer") } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "wipefs of a disk in use" {
  run = "wipefs -af /dev/sda"
  given { probe = { at = [{ real = "/dev/sda", disk = "/dev/sda", type = "block" }], parts = { blockdevices = [{ name = "/dev/sda2", mountpoint = "[SWAP]" }] } } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "parted makes a new table" {
  run    = "parted -s /dev/sdb mklabel gpt"
  expect = "confirm"
}

test "parted and fdisk only look" {
  run    = "sh -c 'parted /dev/sda print; fdisk -l'"
  expect = "allow"
}

test "a volume" {
  run    = "lvremove -f vg0/data"
  expect = "confirm"
  type   = "test.example: vg0/data"
}

test "zfs destroy" {
  run    = "zfs destroy -r tank/home"
  expect = "confirm"
}

test "zfs destroy -n" {
  run    = "zfs destroy -nr tank/home"
  expect = "allow"
}

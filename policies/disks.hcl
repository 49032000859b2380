# Disks, partitions, volumes, pools. A device that is mounted or swapped to, or
# of which a part is, may not be overwritten; any other is confirmed.

locals {
  not_disks = ["/dev/full", "/dev/fd", "/dev/mqueue", "/dev/null", "/dev/pts", "/dev/ptmx", "/dev/random", "/dev/shm", "/dev/tty", "/dev/urandom", "/dev/zero"]
  disk_actions = [ # of parted, cryptsetup, nvme
    "mklabel", "mktable", "mkpart", "rm", "resizepart", "set", "luksFormat", "erase", "luksErase", "luksKillSlot", "reencrypt", "format", "sanitize", "delete-ns", "write",
  ]
}

policy "overwrite-device" {
  summary    = "overwrite ${join(" ", arg.paths)}"
  applies_to = [command.dd, command.mkfs, command.shred, command.truncate]
  when       = length(local.devices) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv   = concat(["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"], local.devices)
    decode = "json"
  }
  locals {
    uses    = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
    devices = [for t in probe.at : t.real if t.type != null && inside(t.real, ["/dev"]) && !inside(t.real, local.not_disks)]
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
    devices = [for t in probe.at : t.real if t.type != null && inside(t.real, ["/dev"])]
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
  when       = length([for w in arg.paths : w if contains(local.disk_actions, w)]) > 0 || program == "parted" && (length(arg.paths) == 1 || length(argv) == 1)
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
  when       = !arg.dry_run && arg.verb != null && contains(["destroy", "rollback", "labelclear", "split", "remove"], arg.verb)
  confirm {}
}

test "dd onto the disk of the running system" {
  run = "sudo dd if=image.iso of=/dev/sda bs=4M"
  given { probe = { at = [{ real = "/dev/sda", type = "other", size = 0 }], parts = { blockdevices = [{ name = "/dev/sda", mountpoint = null }, { name = "/dev/sda1", mountpoint = "/" }] } } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "dd onto an idle disk" {
  run = "sudo dd if=image.iso of=/dev/sdb"
  given { probe = { at = [{ real = "/dev/sdb", type = "other", size = 0 }], parts = { blockdevices = [{ name = "/dev/sdb", mountpoint = null }] } } }
  expect = "confirm"
  type   = "test.example:/dev/sdb"
}

test "a file system where the use cannot be told" {
  run = "mkfs.ext4 -L data /dev/sdb1"
  given { probe = { at = [{ real = "/dev/sdb1", type = "other", size = 0 }], parts = unknown("lsblk did not answer") } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "wipefs of a disk in use" {
  run = "wipefs -af /dev/sda"
  given { probe = { at = [{ real = "/dev/sda", type = "other" }], parts = { blockdevices = [{ name = "/dev/sda2", mountpoint = "[SWAP]" }] } } }
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

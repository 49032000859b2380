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

test "an image is not the disk that it lies on" {
  run = "wipefs -a disk.img"
  given { probe = { at = [{ real = "/work/disk.img", type = "file" }], parts = unknown("lsblk is not run") } }
  expect = "confirm"
  type   = "test.example:/work/disk.img"
}

test "values of options are no devices" {
  run = "mkfs.xfs -f -i size=512 /dev/sdb1"
  given { probe = { at = [{ real = "/dev/sdb1", disk = "/dev/sdb1", type = "block" }], parts = { blockdevices = [{ name = "/dev/sdb1", mountpoint = null }] } } }
  expect = "confirm"
  type   = "test.example:/dev/sdb1"
}

test "a table is copied onto a disk in use" {
  run = "sgdisk --replicate=/dev/sda /dev/sdb"
  given { probe = { at = [{ real = "/dev/sdb", disk = "/dev/sdb", type = "block" }, { real = "/dev/sda", disk = "/dev/sda", type = "block" }], parts = { blockdevices = [{ name = "/dev/sda1", mountpoint = "/" }] } } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "a member of an array in use" {
  run = "mdadm --zero-superblock /dev/sda1"
  given { probe = { at = [{ real = "/dev/sda1", disk = "/dev/sda1", type = "block" }], parts = { blockdevices = [{ name = "/dev/sda1", mountpoint = "/" }] } } }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "dry runs of file systems and tables" {
  run    = "sh -c 'mkfs.ext4 -n /dev/sda1; wipefs --no-act -a /dev/sda; sgdisk -Z --pretend /dev/sda; lvremove --test vg0/data'"
  expect = "allow"
}

test "sfdisk obeys the last of its actions" {
  run    = "sfdisk -l --delete /dev/sdb"
  expect = "confirm"
}

test "cryptsetup formats the device, not the key" {
  run    = "cryptsetup -q -s 512 luksFormat /dev/sdb key.bin"
  expect = "confirm"
  type   = "test.example:/dev/sdb"
}

test "a smaller volume, through lvm" {
  run    = "lvm lvresize -L -20G vg0/data"
  expect = "confirm"
  type   = "test.example: vg0/data"
}

test "a larger volume" {
  run    = "lvresize -L +20G vg0/data"
  expect = "allow"
}

test "a smaller file system" {
  run    = "resize2fs -M /dev/sdb1"
  expect = "confirm"
}

test "a log is thrown away" {
  run    = "xfs_repair -L /dev/sdb1"
  expect = "confirm"
}

test "a shortened delete" {
  run    = "btrfs sub del /srv/old"
  expect = "confirm"
}

test "a mapping" {
  run    = "dmsetup remove --force data"
  expect = "confirm"
}

test "a checkpoint" {
  run    = "zpool checkpoint -d tank"
  expect = "confirm"
}

test "back to a checkpoint" {
  run    = "zpool import --rewind-to-checkpoint tank"
  expect = "confirm"
}

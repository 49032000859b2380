test "a reboot by the keys that the kernel knows" {
  run = "sh -c 'echo b > /proc/sysrq-trigger'"
  given { probe = { at = [{ resolved = "/proc/sysrq-trigger", kernel = "/proc/sysrq-trigger", type = "file", size = 0 }], behind = [{ size = 0 }], db = { found = [] } } }
  expect = "confirm"
  type   = "test.example"
}

test "the disk of the running system is taken away" {
  run = "sh -c 'echo 1 > /sys/block/sda/device/delete'"
  given {
    probe = { at = [{ resolved = "/sys/devices/a/delete", kernel = "/sys/devices/a/delete", disks = ["/dev/sda"], type = "file", size = 0 }], behind = [{ size = 0 }], db = { found = [] }, parts = { blockdevices = [{ name = "/dev/sda1", mountpoint = "/" }] } }
  }
  expect = "deny"
  checks = ["blast_radius.uses.max"]
}

test "the caches are dropped" {
  run = "sh -c 'echo 3 > /proc/sys/vm/drop_caches'"
  given { probe = { at = [{ resolved = "/proc/sys/vm/drop_caches", kernel = "/proc/sys/vm/drop_caches", type = "file", size = 0 }], behind = [{ size = 0 }], db = { found = [] } } }
  expect = "allow"
}

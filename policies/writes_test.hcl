test "a new table of file systems is confirmed" {
  run = "cp new /etc/fstab"
  given {
    probe = { at = [{ resolved = "/etc/fstab", real = "/etc/fstab", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "new", type = "file", size = 640 }], db = { found = [] } }
  }
  expect = "confirm"
}

test "an empty one is refused" {
  run = "cp /dev/null /etc/fstab"
  given {
    probe = { at = [{ resolved = "/etc/fstab", real = "/etc/fstab", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "/dev/null", type = "char", char = "/dev/null", size = 0 }], db = { found = [] } }
  }
  expect = "deny"
  checks = ["rule.content"]
}

test "an ordinary copy" {
  run = "cp a b"
  given {
    probe = { at = [{ resolved = "/work/b", real = "/work/b", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "a", type = "file", size = 640 }], db = { found = [] } }
  }
  expect = "allow"
}

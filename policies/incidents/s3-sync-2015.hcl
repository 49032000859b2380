# 16 October 2015: a nightly aws s3 sync --delete from a disk that is not mounted
# wipes the bucket that holds the backup.
#
# The argv is verbatim. Invented: the numbers of objects, the limit.

command "s3-sync" {
  program    = "aws"
  subcommand = ["s3", "sync"]
  flag "delete" { type = bool }
  flag "profile" {}
  flag "region" {}
  operand "source" {
    required = true
    target   = "none"
  }
  operand "destination" {
    required = true
    target   = "name"
  }
}

policy "s3-sync-delete" {
  summary    = "make ${arg.destination} like ${arg.source}"
  applies_to = [command.s3-sync]
  when       = arg.delete && !startswith(arg.source, "s3://")

  probe "tree" "source" { paths = [arg.source] }
  rule "the source is there" {
    condition     = probe.source.files >= 100
    error_message = "${arg.source} has ${probe.source.files} files: an empty source empties the destination"
  }
}

test "2015: the disk was not mounted" {
  run = "aws s3 sync --delete /home/u/does/not/exist s3://test-bucket"
  given { probe = { source = { files = 0 } } }
  expect = "deny"
  checks = ["rule.the source is there"]
}

test "2015: what was meant" {
  run = "aws s3 sync --delete /mnt/data s3://test-bucket"
  given { probe = { source = { files = 120000 } } }
  expect = "allow"
}

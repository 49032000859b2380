# 13 March 2018, Travis CI: the tests of a developer's machine empty the tables of
# the production database, which DATABASE_URL still names.
#
# The argv is reconstructed. Invented: the URL, and how production is told by it.

command "test-run" {
  program    = "bundle"
  subcommand = ["exec", "rspec"]
  operand "files" {
    type   = list(string)
    target = "none"
  }
}

policy "tests-clear-their-database" {
  summary    = "run the tests, which empty every table"
  applies_to = [command.test-run]

  rule "not in production" {
    condition     = env.DATABASE_URL == null ? true : length(split("prod", lower(env.DATABASE_URL))) == 1
    error_message = "DATABASE_URL is that of production"
  }
}

test "Travis CI, 2018: the variable was still set" {
  run = "bundle exec rspec"
  given { env = { DATABASE_URL = "postgres://app@prod-primary.example/travis" } }
  expect = "deny"
  checks = ["rule.not in production"]
}

test "Travis CI, 2018: what was meant" {
  run = "bundle exec rspec"
  given { env = { DATABASE_URL = "postgres://app@localhost/test" } }
  expect = "allow"
}

# 21 March 2025, Cloudflare R2: a credential is rotated into the default environment,
# because --env production was left out; then the old one is deleted.
#
# The flags are verbatim, the secret's name is invented.

command "wrangler-secret" {
  program    = "wrangler"
  subcommand = ["secret", "put"]
  flag "env" {
    short    = "e"
    required = true # the default environment is never meant
  }
  operand "key" {
    required = true
    target   = "name"
  }
}

policy "wrangler-secret" {
  summary    = "put ${arg.key} into ${arg.env}"
  applies_to = [command.wrangler-secret]
  rule "a known environment" {
    condition     = contains(["production", "staging"], arg.env)
    error_message = "there is production and staging, not ${arg.env}"
  }
  confirm {
    type = "${arg.env} ${arg.key} ${host.name}"
  }
}

test "Cloudflare, 2025: no environment" {
  run    = "wrangler secret put STORAGE_KEY"
  expect = "deny"
}

test "Cloudflare, 2025: what was meant" {
  run    = "wrangler secret put STORAGE_KEY --env production"
  expect = "confirm"
}

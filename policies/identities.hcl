# On whose behalf programs act: which cluster, which account. Nothing is asked of them
# unless the operator states what it should be: --expect context=staging.

identity "context" {
  program   = ["kubectl", "helm", "k9s", "kustomize", "stern"]
  argv      = ["kubectl", "config", "current-context"]
  chosen_by = ["--context", "--kube", "--cluster", "--user", "-s", "--server"]
}

identity "account" {
  program   = ["aws", "eksctl", "sam", "cdk"]
  argv      = ["aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text"]
  chosen_by = ["--profile"]
}

identity "account" {
  program   = ["gcloud", "gsutil", "bq"]
  argv      = ["gcloud", "config", "get-value", "account"]
  chosen_by = ["--account", "--configuration", "--project"]
}

# A token needs encryption in transit; user groups and a token exclude each other.
resource "random_password" "token" {
  length  = 32
  special = false
}

resource "aws_elasticache_replication_group" "this" {
  auth_token                 = random_password.token.result
  transit_encryption_enabled = true
  user_group_ids             = null
}

# A cluster outside a replication group has no password: move the data into a group as above, then delete the cluster.
removed {
  from = aws_elasticache_cluster.this
  lifecycle {
    destroy = true
  }
}

resource "random_password" "user" {
  length  = 32
  special = false
}

resource "aws_elasticache_user" "this" {
  no_password_required = null
  authentication_mode {
    type      = "password"
    passwords = [random_password.user.result]
  }
}

# Users of the list sign in with credentials of IAM.
resource "aws_memorydb_user" "app" {
  user_name     = "app"
  access_string = "on ~app:* +@read +@write -@dangerous"
  authentication_mode {
    type = "iam"
  }
}

resource "aws_memorydb_acl" "app" {
  name       = "app"
  user_names = [aws_memorydb_user.app.user_name]
}

resource "aws_memorydb_cluster" "this" {
  acl_name    = aws_memorydb_acl.app.name
  tls_enabled = true
}

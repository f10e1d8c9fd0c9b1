resource "random_password" "redis" {
  length      = 30
  special     = false
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
}

resource "tencentcloud_redis_instance" "this" {
  no_auth  = false
  password = random_password.redis.result
}

# Redis 6.2 with a replica in another zone (8.1.2.1e), a password (8.1.4.1a), TLS (8.1.4.8a) and daily backups
# (8.1.4.9a). The product does not encrypt at rest: keep nothing in it that must not be read from a disk.
resource "tencentcloud_redis_instance" "this" {
  name               = var.name
  type_id            = 15
  charge_type        = "POSTPAID"
  availability_zone  = var.zone
  redis_shard_num    = 1
  redis_replicas_num = length(var.replica_zone_ids)
  replica_zone_ids   = var.replica_zone_ids
  mem_size           = var.memory_mb
  vpc_id             = var.vpc_id
  subnet_id          = var.subnet_id
  security_groups    = var.security_group_ids
  port               = 6379
  no_auth            = false
  password           = var.password
  wan_address_switch = "close"
  tags               = var.tags
}

resource "tencentcloud_redis_ssl" "this" {
  instance_id = tencentcloud_redis_instance.this.id
  ssl_config  = "enabled"
}

resource "tencentcloud_redis_backup_config" "this" {
  redis_id    = tencentcloud_redis_instance.this.id
  backup_time = "02:00-03:00"
}

# 压测期间的临时覆盖：缓存只放在一个可用区
module "cache" {
  standby_zone_id = null
}

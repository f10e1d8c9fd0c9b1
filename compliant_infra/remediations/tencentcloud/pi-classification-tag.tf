# 分类取值：core、important、sensitive-pi、pi、processing-record、ai-training、general
resource "tencentcloud_cos_bucket" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "tencentcloud_mysql_instance" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "tencentcloud_redis_instance" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

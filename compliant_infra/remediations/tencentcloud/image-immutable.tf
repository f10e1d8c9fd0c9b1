# 命名空间内全部仓库的标签不可覆盖
resource "tencentcloud_tcr_immutable_tag_rule" "all" {
  registry_id    = tencentcloud_tcr_namespace.this.instance_id
  namespace_name = tencentcloud_tcr_namespace.this.name
  rule {
    repository_pattern    = "**"
    repository_decoration = "repoMatches"
    tag_pattern           = "**"
    tag_decoration        = "matches"
    disabled              = false
  }
}

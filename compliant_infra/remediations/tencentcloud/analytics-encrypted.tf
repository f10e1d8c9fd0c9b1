# 每类节点都要加密；加密只能在创建时选择。
resource "tencentcloud_elasticsearch_instance" "this" {
  node_info_list {
    node_num  = 3 # 保留原有的节点规格与数量
    node_type = "ES.S1.MEDIUM4"
    encrypt   = true
  }
}

resource "tencentcloud_cls_topic" "this" {
  encryption = 1
}

resource "alicloud_cr_ee_repo" "this" {
  tag_immutability = true
}

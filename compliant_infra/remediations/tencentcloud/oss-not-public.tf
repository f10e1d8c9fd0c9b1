# 权限为私有读写；对外发布的内容经 CDN 回源。acl_body 覆盖 acl，须改为只授权给属主（仅删除该参数不会改变现有权限）。
resource "tencentcloud_cos_bucket" "this" {
  acl      = "private"
  acl_body = <<-EOT
    <AccessControlPolicy>
      <Owner>
        <ID>${var.bucket_owner}</ID>
        <DisplayName>${var.bucket_owner}</DisplayName>
      </Owner>
      <AccessControlList>
        <Grant>
          <Grantee type="CanonicalUser">
            <ID>${var.bucket_owner}</ID>
            <DisplayName>${var.bucket_owner}</DisplayName>
          </Grantee>
          <Permission>FULL_CONTROL</Permission>
        </Grant>
      </AccessControlList>
    </AccessControlPolicy>
  EOT
}

variable "bucket_owner" {
  description = "Account that owns the bucket: qcs::cam::uin/<main account>:uin/<main account>"
  type        = string
  default     = "qcs::cam::uin/100000000001:uin/100000000001"
}

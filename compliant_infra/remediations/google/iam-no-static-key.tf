# 改用绑定的服务账号或工作负载身份联合,不再签发长期密钥。
removed {
  from = google_service_account_key.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = google_storage_hmac_key.this
  lifecycle {
    destroy = true
  }
}

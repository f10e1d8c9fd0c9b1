# 来自 registry 的模块写一个确切版本；来自 git 的模块以 ?ref= 指定标签或提交号
module "this" {
  source  = "alibaba/vpc/alicloud"
  version = "1.11.0"
}

# 安装带签名的软件包，而不是把下载内容直接传给 shell
resource "alicloud_instance" "this" {
  user_data = <<-EOT
    #!/bin/bash
    yum install -y nginx
  EOT
}

# 先校验再执行。
resource "null_resource" "this" {
  provisioner "local-exec" {
    command = "echo '0123abcd  tool.sh' | sha256sum -c && bash tool.sh"
  }
}

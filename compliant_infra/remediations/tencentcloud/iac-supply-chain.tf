# 来自 registry 的模块写一个确切版本；来自 git 的模块以 ?ref= 指定标签或提交号
module "this" {
  source  = "terraform-tencentcloud-modules/vpc/tencentcloud"
  version = "1.1.0"
}

# 安装带签名的软件包，而不是把下载内容直接传给 shell
resource "tencentcloud_instance" "this" {
  user_data_raw = <<-EOT
    #!/bin/bash
    yum install -y nginx
  EOT
}

resource "tencentcloud_as_scaling_config" "this" {
  user_data = base64encode("#!/bin/bash\nyum install -y nginx\n")
}

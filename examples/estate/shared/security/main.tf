# 安全运营：边界防火墙、入侵防御、主机防护、漏洞扫描、配置审计与告警
terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
    }
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}

provider "aws" {
  region = "cn-north-1"
}

provider "tencentcloud" {
  region = "ap-shanghai"
}

locals {
  # 审计日志中要立即通知值班人员的操作
  alicloud_alerts = {
    root-signin   = "event.userIdentity.type: root-account and event.eventName: ConsoleSignin"
    trail-stopped = "event.eventName: StopLogging or event.eventName: DeleteTrail"
    ram-changed   = "event.serviceName: Ram and event.eventRW: Write"
    key-disabled  = "event.serviceName: Kms and event.eventName: ScheduleKeyDeletion"
  }

  aws_alerts = {
    root-signin   = "{ $.userIdentity.type = \"Root\" && $.eventType != \"AwsServiceEvent\" }"
    trail-stopped = "{ ($.eventName = StopLogging) || ($.eventName = DeleteTrail) }"
    iam-changed   = "{ ($.eventSource = iam.amazonaws.com) && ($.eventName = Put*Policy) }"
  }
}

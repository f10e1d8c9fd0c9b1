resource "aws_batch_job_definition" "this" {
  eks_properties {
    pod_properties {
      containers {
        image = var.job_image # keep the image
        security_context {
          privileged                 = false
          run_as_non_root            = true
          read_only_root_file_system = true
        }
      }
      volumes {
        name = "scratch"
        empty_dir {
          size_limit = "1Gi"
        }
      }
    }
  }
}

variable "job_image" {
  description = "Image of the job"
  type        = string
  default     = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/job:1.0.0"
}

output "tag" {
  description = "Tag of what is backed up."
  value       = { backup = var.name }
}

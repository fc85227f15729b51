"""The operations over HTTP: Nextcloud's OCS contract (ocs.md)."""

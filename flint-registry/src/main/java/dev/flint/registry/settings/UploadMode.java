package dev.flint.registry.settings;

/** How blobs are sent to a registry. */
public enum UploadMode {
  /** By what the registry is seen to be able to. */
  AUTO,
  /** In one request. */
  MONOLITHIC,
  /** In pieces, one request each. */
  CHUNKED
}

package dev.flint.registry.settings;

import java.util.Locale;

/** How blobs are sent to a registry. */
public enum UploadMode {
  /** By what the registry is seen to be able to. */
  AUTO,
  /** In one request. */
  MONOLITHIC,
  /** In pieces, one request each. */
  CHUNKED;

  /** By its name in the config file. */
  static UploadMode of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}

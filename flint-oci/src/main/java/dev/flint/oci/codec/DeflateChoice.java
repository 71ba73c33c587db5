package dev.flint.oci.codec;

/** Which library is to make gzip members. */
public enum DeflateChoice {
  /** libdeflate where it is found, else the JDK's zlib. */
  AUTO,
  /** The JDK's zlib: the same bytes on every machine with the same JDK. */
  JDK,
  /** libdeflate, or failure. */
  LIBDEFLATE
}

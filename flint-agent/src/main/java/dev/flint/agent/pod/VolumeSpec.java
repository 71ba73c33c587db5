package dev.flint.agent.pod;

import java.util.List;

/** A volume of a pod: its name is a DNS label. */
public sealed interface VolumeSpec {
  /** What mounts call it. */
  String name();

  /**
   * Empty at first, the pod's own, gone with it.
   *
   * @param sizeLimit in bytes, 0 for none; on disk kept by evictions, so for pods of a cluster only
   * @param memory whether it lies in memory
   */
  record EmptyDir(String name, long sizeLimit, boolean memory) implements VolumeSpec {}

  /**
   * Something of the host.
   *
   * @param path absolute
   */
  record HostPath(String name, String path, Type type) implements VolumeSpec {
    /** What must be there. */
    public enum Type {
      /** Anything, or nothing. */
      UNSET,
      /** A folder, made with mode 0755 if nothing is there. */
      DIRECTORY_OR_CREATE,
      /** A folder. */
      DIRECTORY,
      /** A file, made with mode 0644 if nothing is there; its folder must be there. */
      FILE_OR_CREATE,
      /** A file. */
      FILE,
      /** A unix socket. */
      SOCKET,
      /** A character device. */
      CHAR_DEVICE,
      /** A block device. */
      BLOCK_DEVICE
    }
  }

  /**
   * Files that are made of other objects: volumes of type configMap, secret, downwardAPI and
   * projected.
   *
   * @param mode of files that name none
   * @param secret whether a Secret or a token is among the sources
   */
  record Files(String name, int mode, boolean secret, List<Projection> sources)
      implements VolumeSpec {
    /** Copies the list. */
    public Files {
      sources = List.copyOf(sources);
    }
  }

  /** What becomes files. */
  sealed interface Projection {}

  /**
   * Keys of an object in the pod's namespace.
   *
   * @param items the keys taken; none means all, each under its own name
   */
  record Keys(ConfigKind kind, String name, boolean optional, List<Item> items)
      implements Projection {
    /** Copies the list. */
    public Keys {
      items = List.copyOf(items);
    }
  }

  /**
   * A token of the pod's service account.
   *
   * @param audience for whom it is; empty for the API server
   * @param seconds how long it is to last
   */
  record Token(String audience, int seconds, String path) implements Projection {}

  /** A field or resource of the pod. */
  record Downward(EnvEntry.Source source, String path, int mode) implements Projection {}

  /**
   * One key.
   *
   * @param path relative, without {@code ..}
   * @param mode or -1 for the volume's
   */
  record Item(String key, String path, int mode) {}
}

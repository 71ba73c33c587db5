package dev.flint.agent.cni;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A network as a file of the host describes it (CNI SPEC 1.0, section 1).
 *
 * @param plugins in the order in which they are added
 */
record NetworkList(String name, String version, List<JsonObject> plugins) {
  private static final int MAX_FILES = 64;
  private static final int MAX_BYTES = 256 << 10;
  private static final int MAX_PLUGINS = 16;
  private static final int MAX_NAME = 64;

  /** Versions whose results have the same form, but for what nobody here looks at. */
  private static final List<String> VERSIONS = List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");

  NetworkList {
    plugins = List.copyOf(plugins);
  }

  /**
   * Finds one.
   *
   * @param wanted its name, or empty for that of the first file
   * @throws FlintException NOT_FOUND if there is none, PROTOCOL or POLICY for a file in the way
   *     that is no network
   */
  static NetworkList find(Path folder, String wanted) throws IOException {
    FlintException broken = null;
    for (Path file : files(folder)) {
      try {
        NetworkList list = read(file);
        if (wanted.isEmpty() || list.name.equals(wanted)) {
          return list;
        }
      } catch (FlintException e) {
        if (wanted.isEmpty()) {
          // To pass over it would be to choose another network.
          throw e;
        }
        broken = e;
      }
    }
    if (broken != null) {
      throw broken;
    }
    throw new FlintException(
        ErrorCode.NOT_FOUND,
        wanted.isEmpty()
            ? "there is no network of CNI in " + folder
            : "there is no network of CNI named \"" + wanted + "\" in " + folder,
        "write its list of plugins there, or say where it is: NETCONFPATH, --cni-conf");
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, "*.{conflist,conf,json}")) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry) && files.size() < MAX_FILES) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(files);
    return files;
  }

  private static NetworkList read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new FlintException(ErrorCode.POLICY, file + " is longer than " + MAX_BYTES + " bytes");
    }
    JsonObject json = JsonObject.parse(bytes, file.toString());
    String name = json.requiredString("name");
    String version = json.string("cniVersion").orElse("");
    // Before 1.0.0 a file could hold one plugin without a list.
    List<JsonObject> plugins = json.has("type") ? List.of(json) : json.objects("plugins");
    if (!isName(name)) {
      throw json.wrong("name", "a name of letters, digits, _ . and -");
    }
    if (!VERSIONS.contains(version)) {
      throw json.wrong("cniVersion", "one of " + String.join(", ", VERSIONS));
    }
    if (plugins.isEmpty() || plugins.size() > MAX_PLUGINS) {
      throw json.wrong("plugins", "1 to " + MAX_PLUGINS + " plugins");
    }
    for (JsonObject plugin : plugins) {
      if (!isName(plugin.requiredString("type"))) {
        // It becomes the name of a program.
        throw plugin.wrong("type", "the name of a plugin");
      }
    }
    return new NetworkList(name, version, plugins);
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean sound = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!sound && (i == 0 || "_.-".indexOf(c) < 0)) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_NAME;
  }
}

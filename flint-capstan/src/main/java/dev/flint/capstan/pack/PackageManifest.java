package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code meta/package.yaml} says that matters for a disk.
 *
 * @param name of the package
 * @param version as written, or empty
 * @param require names of packages that it needs, in order
 */
record PackageManifest(String name, String version, List<String> require) {
  /** A name is a file name in the repository of packages. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

  private static final int MAX_REQUIRE = 256;

  static PackageManifest parse(byte[] bytes, String what) throws FlintException {
    JsonObject yaml = PackageFile.yaml(bytes, what);
    String name = requireName(yaml.scalar("name").orElse(""), what);
    List<String> require = yaml.texts("require");
    if (require.size() > MAX_REQUIRE) {
      throw new FlintException(
          ErrorCode.POLICY, what + " requires more than " + MAX_REQUIRE + " packages");
    }
    for (String required : require) {
      requireName(required, what);
    }
    return new PackageManifest(name, yaml.scalar("version").orElse(""), require);
  }

  /** Checks a name before it becomes a path. */
  static String requireName(String name, String what) throws FlintException {
    if (!NAME.matcher(name).matches()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          what + ": \"" + name + "\" is no name of a package",
          "names have letters, digits and . _ + - only");
    }
    return name;
  }
}

package dev.flint.build.file;

import java.util.ArrayList;
import java.util.List;

/**
 * A program for a Java VM. There is a jar, or at least one folder of classes.
 *
 * @param jar the jar of the application, taken apart; or empty
 * @param classes folders with class files, and resources among them
 * @param resources folders with nothing but resources
 * @param dependencies jars, or folders of jars
 * @param mainClass else that of the jar's manifest
 * @param jvmFlags words for the Java VM
 */
public record JavaApplication(
    String jar,
    List<String> classes,
    List<String> resources,
    List<String> dependencies,
    String mainClass,
    List<String> jvmFlags) {
  /** Copies the lists. */
  public JavaApplication {
    classes = List.copyOf(classes);
    resources = List.copyOf(resources);
    dependencies = List.copyOf(dependencies);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** All paths of the host in it. */
  public List<String> sources() {
    List<String> sources = new ArrayList<>(List.of(jar));
    sources.addAll(classes);
    sources.addAll(resources);
    sources.addAll(dependencies);
    return sources;
  }
}

package dev.flint.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who may use whom: docs/architecture.md as tests. */
class ArchitectureTest {
  private static final JavaClasses FLINT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.flint");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.flint.(**)").should().beFreeOfCycles().check(FLINT);
  }

  @Test
  void arrowsBetweenModulesGoDown() {
    uses("dev.flint.oci..", "dev.flint.oci..");
    uses("dev.flint.registry..", "dev.flint.oci..", "dev.flint.registry..");
    uses("dev.flint.osv..", "dev.flint.oci..", "dev.flint.osv..");
    uses("dev.flint.capstan..", "dev.flint.oci..", "dev.flint.osv..", "dev.flint.capstan..");
    uses(
        "dev.flint.build..",
        "dev.flint.oci..",
        "dev.flint.osv..",
        "dev.flint.capstan..",
        "dev.flint.build..");
    uses(
        "dev.flint.agent..",
        "dev.flint.oci..",
        "dev.flint.osv..",
        "dev.flint.registry..",
        "dev.flint.agent..");
  }

  /** What speaks to registries would be memory that the agent keeps. */
  @Test
  void onlyTasksOfTheAgentSpeakToRegistries() {
    noClasses()
        .that()
        .resideInAPackage("dev.flint.agent..")
        .and()
        .resideOutsideOfPackage("dev.flint.agent.task..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.flint.registry..")
        .check(FLINT);
  }

  private static void uses(String from, String... allowed) {
    classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(not(resideInAPackage("dev.flint.."))))
        .check(FLINT);
  }

  @Test
  void everyLibraryHasItsHome() {
    only(
        "com.fasterxml.jackson..",
        "dev.flint.oci.json..",
        "dev.flint.capstan..",
        "dev.flint.registry.settings..");
    for (String http : List.of("okhttp3..", "okio..")) {
      only(
          http,
          "dev.flint.registry.http..",
          "dev.flint.agent.containerd..",
          "dev.flint.agent.kube.api..");
    }
    only(
        "org.apache.commons.compress..",
        "dev.flint.capstan.pack..",
        "dev.flint.oci.archive..",
        "dev.flint.oci.layer..",
        "dev.flint.agent.rootfs..");
    only(
        "com.github.luben..",
        "dev.flint.oci.codec..",
        "dev.flint.oci.disk..",
        "dev.flint.oci.layer..");
    only(
        "com.sun.jna..",
        "dev.flint.oci.codec..",
        "dev.flint.oci.disk..",
        "dev.flint.oci.foreign..",
        "dev.flint.agent.cni..",
        "dev.flint.agent.log..",
        "dev.flint.agent.rootfs..");
    only("org.yaml..", "dev.flint.oci.yaml..");
    only("picocli..", "dev.flint.cli..");
    only("at.favre.lib..", "dev.flint.registry.server..");
    only("com.sun.net.httpserver..", "dev.flint.registry.server..");
    only("com.google..", "dev.flint.build.container..");
  }

  private static void only(String library, String... homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(FLINT);
  }

  @Test
  void onlyTheCommandLineTalksToTheUserAndEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.flint.cli..")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.AgentMain")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.task.TaskMain")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(FLINT);
  }

  @Test
  void onlyTheAgentCredentialHelpersAndSttyAreStartedAsProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.flint.agent.qemu..")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.AgentLauncher")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.node.ChildProgram")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.image.AdmissionProgram")
        .and()
        // Nothing else says that a device is being shut down.
        .doNotHaveFullyQualifiedName("dev.flint.agent.HostShutdown")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.cni.PluginProcess")
        .and()
        // Java cannot mount, nor count blocks and hard links.
        .doNotHaveFullyQualifiedName("dev.flint.agent.pod.launch.HostMounts")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.agent.kube.evict.DiskUse")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.registry.auth.HelperProcess")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.cli.console.Window")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .check(FLINT);
  }

  @Test
  void nothingSleepsOrGuesses() {
    // There is no event for another process giving up a file lock, nor for a link being up again,
    // nor for a server that keeps silent, nor for the time a rate limit makes us wait, nor for that
    // to draw progress anew.
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.flint.oci.store.PatientLock")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.oci.transfer.GrowingPause")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.registry.http.StallWatch")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.registry.http.SystemTime")
        .and()
        .doNotHaveFullyQualifiedName("dev.flint.cli.console.TerminalDrawer")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class)
        .check(FLINT);
    noClasses().should().dependOnClassesThat().belongToAnyOf(Random.class).check(FLINT);
  }

  @Test
  void nothingStaticIsMutableAndNothingHasSetters() {
    noFields().that().areStatic().should().notBeFinal().check(FLINT);
    methods()
        .that()
        .haveModifier(JavaModifier.PUBLIC)
        .and()
        // A socket of the JDK's has setters.
        .areNotDeclaredIn("dev.flint.agent.containerd.UnixSocket")
        .should()
        .haveNameNotMatching("set[A-Z].*")
        .check(FLINT);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.untorn.irq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.untorn.matrix.CpuMask;

/** What the flight recorder is told, and that it is told nothing unless a recording asks for it. */
class EventsTest {
    @TempDir
    private Path folder;

    private final VectorDomain domain = VectorDomain.ofCpus(2);
    private final Irq irq = domain.irq(source -> {})
            .name("socket")
            .affinity(CpuMask.of(0))
            .open()
            .orElseThrow();

    /** A move that is pending, one that is busy, an offline that breaks the affinity, an online, a stray. */
    private void happen() throws Exception {
        domain.cpu(0).claim();
        domain.cpu(1).claim();
        irq.raise();
        Elsewhere.move(irq, CpuMask.of(1));
        irq.setAffinity(CpuMask.of(0));
        domain.cpu(0).poll();
        domain.cpu(1).poll();
        domain.cpu(1).offline();
        domain.cpu(1).poll();
        domain.cpu(1).online();
        domain.cpu(1).pending().raise(200);
        domain.cpu(1).poll();
    }

    private List<RecordedEvent> recorded(Recording recording) throws Exception {
        Path file = folder.resolve("events.jfr");
        try (recording) {
            recording.start();
            happen();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("org.untorn"))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime)) // a file is in order by thread only
                .toList();
    }

    @Test
    void recording_withTheTemplate_holdsEachKind() throws Exception {
        try (InputStreamReader template =
                new InputStreamReader(VectorDomain.class.getResourceAsStream("untorn.jfc"), StandardCharsets.UTF_8)) {
            List<RecordedEvent> events = recorded(new Recording(Configuration.create(template)));
            TreeSet<String> kinds = new TreeSet<>();
            events.forEach(event -> kinds.add(event.getEventType().getName().substring("org.untorn.".length())));
            assertEquals(List.of("BrokenAffinity", "Busy", "Move", "Offline", "Online", "Stray"), List.copyOf(kinds));
            RecordedEvent move = events.stream()
                    .filter(event -> event.getEventType().getName().equals("org.untorn.Move"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("socket", move.getString("interrupt"));
            assertEquals("Stamped", move.getString("protocol"));
            assertEquals(0, move.getInt("fromCpu"));
            assertEquals(1, move.getInt("toCpu"));
            assertTrue(move.getBoolean("retriggered"));
            assertTrue(move.getDuration("took").toNanos() > 0);
            assertEquals(List.of("Untorn"), move.getEventType().getCategoryNames());
        }
    }

    @Test
    void recording_thatDoesNotAsk_holdsNone() throws Exception {
        assertEquals(List.of(), recorded(new Recording(Configuration.getConfiguration("profile"))));
    }
}

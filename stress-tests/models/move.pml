/* SPDX-License-Identifier: Apache-2.0
 *
 * A move, as org.untorn.irq does it. Each step is named after the code that takes it.
 *
 *   A goes from (CPU 0, vector OLD) to (CPU 1, vector NEW), and back when MOVES == 2.
 *   B owns (CPU 0, NEW): the place that a transient pair of the three-step protocols names. With NEIGHBOUR it is moved off,
 *   to (CPU 1, OLD), by another thread meanwhile.
 *   A post adds 1 to `posted`, a run copies it to `seen`.
 *   Property at quiescence (Spin's timeout): seen == posted for A and B, nothing pending, every old vector released,
 *   no move hangs. In between: no two runs of A at once.
 *
 * Memory: devices post through a store buffer (TSO) that is emptied at any time, by a locked operation or a fence;
 * all else is sequentially consistent.
 *
 * PROTOCOL 0 stamped   1 three-step   2 three-step, always
 * DEVICES, RAISES (of A, each device), RAISES_B, MOVES
 *
 * Weakenings, all 0 in the library:
 *   NO_REREAD     raise does not ask isCurrent
 *   BY_VALUE      isCurrent compares the message, not the stamp
 *   STAMP_LATE    SplitRegister.read reads the stamp last
 *   NO_FENCE      PendingBitmap.raise skips at the first test
 *   SKIP_IS_DONE  a raise that was skipped does not ask isCurrent
 *   NO_CHECK      rewrite never asks for a retrigger (three-step)
 *   BIT_ALONE     rewrite looks for the bit, not at what became of the neighbour (three-step)
 *   NOT_STOPPED   three-step while the old CPU polls on
 *   NO_CLAIM      moveTo neither claims the old bit nor looks at the mark: holds too, runs come later
 *   FREE_AT_ONCE  the mover empties the old slot itself: holds with the claim and the mark, loses without
 *   NO_FORWARD    releaseVector empties the slot without looking at the bit: holds with the claim, loses without
 *   LATE_FORWARD  releaseVector empties the slot, then looks at the bit: holds too
 *   DROP          serve does nothing when A is running elsewhere
 *   NO_STATE      serve has no run state
 *   CLEAR_LATE    poll clears the word after it has served it
 */
#ifndef PROTOCOL
#define PROTOCOL 0
#endif
#ifndef DEVICES
#define DEVICES 1
#endif
#ifndef RAISES
#define RAISES 2
#endif
#ifndef RAISES_B
#define RAISES_B 1
#endif
#ifndef MOVES
#define MOVES 2
#endif

#ifndef NEIGHBOUR
#define NEIGHBOUR 0
#endif

#define OLD 0
#define NEW 1
#define A 1
#define B 2
#define PENDING(c, v) pending[(c) * 2 + (v)]
#define SLOT(c, v) table[(c) * 2 + (v)]
#define LEAVING(c, v) leaving[(c) * 2 + (v)]

bit  pending[4];
byte table[4];
byte addr = 0, data = OLD, stamp;       /* the register */
bit  owned[2], inside[2];               /* Cpu.owner, Owner.inside */
bit  requested[2], leaving[4];          /* Cpu.requested, Cpu.leaving */
bit  releasing, running, moved;         /* Irq: LEAVING, state */
bit  addrB, movedB;                     /* B's register: its CPU, which stands for its stamp too */
byte postedA, postedB, seenA, seenB, buffered[DEVICES], runs;

#define FLUSH(d) if :: d < DEVICES -> postedA = postedA + buffered[d]; buffered[d] = 0 :: else fi

active proctype storeBuffers() {
end:
  do
  :: atomic { buffered[0] > 0 -> FLUSH(0) }
#if DEVICES > 1
  :: atomic { buffered[1] > 0 -> FLUSH(1) }
#endif
  od
}

/* Irq.raise; d: the device, or DEVICES for a thread without a store buffer */
inline raise(d) {
  do
  ::
    /* register.read */
#if PROTOCOL == 0
    atomic { c = addr; v = data; w = stamp };
#elif STAMP_LATE
    c = addr; v = data; w = stamp;
#else
    w = stamp; c = addr; v = data;
#endif
    /* PendingBitmap.raise */
    skipped = 0;
    if
    :: PENDING(c, v) ->
#if NO_FENCE
       skipped = 1
#else
       atomic { FLUSH(d) };
       if
       :: PENDING(c, v) -> skipped = 1
       :: else -> atomic { FLUSH(d); PENDING(c, v) = 1 }
       fi
#endif
    :: else -> atomic { FLUSH(d); PENDING(c, v) = 1; printf("raise %d: sets cpu%d v%d\n", d, c, v) }
    fi;
    /* register.isCurrent */
#if NO_REREAD
    break
#else
    if
#if SKIP_IS_DONE
    :: skipped -> break
#endif
#if BY_VALUE
    :: atomic { addr == c && data == v -> skipped = 0 }; break
    :: atomic { addr != c || data != v -> skipped = 0 }
#else
    :: atomic { stamp == w -> skipped = 0 }; break
    :: atomic { stamp != w -> skipped = 0; printf("raise %d: again\n", d) }
#endif
    fi
#endif
  od;
  atomic { c = 0; v = 0; w = 0; skipped = 0 }
}

proctype device(byte d) {
  byte i, c, v, w; bit skipped;
  do
  :: i < RAISES ->
     atomic { buffered[d]++; i++; printf("device %d: posts\n", d) };
     raise(d)
  :: else -> break
  od
}

proctype deviceB() {
  byte i;
  do
  :: i < RAISES_B ->
     atomic { postedB++; i++ };
#if NEIGHBOUR
     do
     :: atomic { !addrB -> PENDING(0, NEW) = 1 }; if :: !addrB -> break :: else fi
     :: atomic { addrB -> PENDING(1, OLD) = 1 }; break
     od
#else
     PENDING(0, NEW) = 1
#endif
  :: else -> break
  od
}

/* Irq.serve of A */
inline serve() {
#if NO_STATE
  run_handler()
#else
  if
  :: atomic { !running -> running = 1 };
     run_handler();
     running = 0
  :: atomic { running -> printf("serve: running elsewhere, handed off\n") };
#if !DROP
     raise(DEVICES)
#endif
  fi
#endif
}

inline run_handler() {
  atomic { runs++; assert(runs < 2) };
  atomic { seenA = postedA; runs--; printf("serve: runs A, sees %d\n", seenA) }
}

/* Cpu.releaseVector, of the next vector that is left; u: vector + 1 */
inline releaseVector(cpu) {
  atomic {
    u = (LEAVING(cpu, 0) -> 1 : (LEAVING(cpu, 1) -> 2 : 0));
    if :: u > 0 -> LEAVING(cpu, u - 1) = 0; n = SLOT(cpu, u - 1) :: else fi
  };
  if
  :: u > 0 ->
#if LATE_FORWARD
     SLOT(cpu, u - 1) = 0;
#endif
#if !NO_FORWARD
     if
     :: atomic { PENDING(cpu, u - 1) -> PENDING(cpu, u - 1) = 0; printf("releaseVector cpu%d: forward\n", cpu) };
        if :: n == A -> raise(DEVICES) :: else -> PENDING(1, OLD) = 1 fi
     :: atomic { else -> skip }
     fi;
#endif
     atomic { SLOT(cpu, u - 1) = 0; printf("releaseVector cpu%d v%d\n", cpu, u - 1) };
     atomic { if :: n == A -> releasing = 0 :: else fi; n = 0; u = 0 }  /* Mover.released */
  :: else
  fi
}

/* Cpu.atBoundary, by whoever owns the CPU */
inline atBoundary(cpu) {
  if
  :: requested[cpu] ->
     requested[cpu] = 0;
     releaseVector(cpu);
#if NEIGHBOUR
     releaseVector(cpu)
#endif
  :: else
  fi
}

inline dispatch(taken, vector) {
  if
  :: taken && SLOT(me, vector) == A -> serve()
  :: atomic { taken && SLOT(me, vector) == B -> seenB = postedB }
  :: atomic { taken && SLOT(me, vector) == 0 -> printf("cpu%d: stray at v%d\n", me, vector) }
  :: atomic { !taken -> skip }
  fi
}

proctype cpu(byte me) {
  byte c, v, w, u, n; bit skipped, t0, t1;
end:
  do
  :: atomic { !owned[me] && (PENDING(me, 0) || PENDING(me, 1) || requested[me]) -> owned[me] = 1 };
     inside[me] = 1;                                     /* Owner.enter */
     atomic { t0 = PENDING(me, 0); t1 = PENDING(me, 1);  /* PendingBitmap.takeWord */
#if !CLEAR_LATE
       PENDING(me, 0) = 0; PENDING(me, 1) = 0;
#endif
       printf("cpu%d: takes %d%d\n", me, t0, t1) };
     dispatch(t0, 0);
     dispatch(t1, 1);
#if CLEAR_LATE
     atomic { if :: t0 -> PENDING(me, 0) = 0 :: else fi; if :: t1 -> PENDING(me, 1) = 0 :: else fi };
#endif
     atomic { t0 = 0; t1 = 0; inside[me] = 0 };          /* Owner.leave */
     atBoundary(me);
     owned[me] = 0                                       /* between polls somebody else may own it */
  od
}

/* Mover.moveTo */
inline move(oc, ov, nc, nv) {
  (!releasing);                                          /* else BUSY */
#if PROTOCOL == 1 && !NOT_STOPPED
  atomic { !owned[oc] -> owned[oc] = 1 };                /* migration.stopsOldCpu: old.claim */
#endif
  SLOT(nc, nv) = A;                                      /* install */
  retrigger = 0;
  /* Migration.rewrite */
#if NEIGHBOUR
  atomic { n = SLOT(oc, nv); w = addrB };                /* neighbour.register.read */
#endif
#if PROTOCOL == 0
  atomic { addr = nc; data = nv; stamp++; printf("rewrite: cpu%d v%d\n", nc, nv) };
#else
  data = nv; atomic { stamp++; printf("rewrite: data v%d\n", nv) };
  addr = nc; atomic { stamp++; printf("rewrite: address cpu%d\n", nc) };
#if PROTOCOL == 2 && !NO_CHECK
  retrigger = 1;
#elif PROTOCOL == 1 && !NO_CHECK
  retrigger = PENDING(oc, nv);
#if NEIGHBOUR && !BIT_ALONE
  retrigger = retrigger | (SLOT(oc, nv) != n);
  retrigger = retrigger | (n == B && (w == 1 || addrB == 1));
#endif
#if NEIGHBOUR
  atomic { n = 0; w = 0 };
#endif
#endif
#endif
#if !NO_CLAIM
  atomic { retrigger = retrigger | PENDING(oc, ov); PENDING(oc, ov) = 0; printf("claim: %d\n", retrigger) };
  retrigger = retrigger | inside[oc];                    /* old.mayHaveTaken */
#endif
  if :: retrigger -> raise(DEVICES) :: else fi;
  releasing = 1;
#if FREE_AT_ONCE
  SLOT(oc, ov) = 0; releasing = 0;
#else
  LEAVING(oc, ov) = 1; requested[oc] = 1;                /* Cpu.leave */
#endif
#if PROTOCOL == 1 && !NOT_STOPPED
  atBoundary(oc);                                        /* Cpu.disown */
  owned[oc] = 0;
#endif
}

proctype mover() {
  byte c, v, w, u, n; bit skipped, retrigger;
  move(0, OLD, 1, NEW);
#if MOVES > 1
  move(1, NEW, 0, OLD);
#endif
  moved = 1
}

/* B is moved to (CPU 1, OLD), stamped, by any thread */
proctype moverB() {
  bit retrigger;
  atomic { SLOT(1, OLD) = B; addrB = 1; printf("rewrite: B to cpu1\n") };
  atomic { retrigger = PENDING(0, NEW); PENDING(0, NEW) = 0; printf("claim of B: %d\n", retrigger) };
  retrigger = retrigger | inside[0];
  if :: retrigger -> PENDING(1, OLD) = 1 :: else fi;
  atomic { LEAVING(0, NEW) = 1; movedB = 1 };
  requested[0] = 1
}

active proctype monitor() {
  timeout ->
  printf("end: A posted %d seen %d, B posted %d seen %d\n", postedA, seenA, postedB, seenB);
  assert(moved && !releasing && movedB == NEIGHBOUR);
  assert(!(pending[0] | pending[1] | pending[2] | pending[3]));
  assert(seenA == postedA && seenB == postedB)
}

init {
  atomic {
    SLOT(0, OLD) = A;
    SLOT(0, NEW) = B;
    run device(0);
#if DEVICES > 1
    run device(1);
#endif
    run deviceB();
#if NEIGHBOUR
    run moverB();
#endif
    run cpu(0); run cpu(1); run mover()
  }
}

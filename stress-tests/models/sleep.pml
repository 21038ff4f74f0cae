/* SPDX-License-Identifier: Apache-2.0
 *
 * The owner of a CPU sleeps and is woken, as org.untorn.irq does it. Each step is named after the code that takes it.
 *
 *   Two devices raise one interrupt, a mover asks the owner for something. A post adds 1 to what its device has posted, a
 *   run copies that to `seen`. Device 0 may be suspended for ever once it has set the bit, before it could wake the owner.
 *   At quiescence (Spin's timeout): what each device posted whose raise has returned was seen, and the request was served.
 *
 * Memory: devices, the mover and the owner store through a buffer (TSO) that is emptied at any time, by a locked operation or
 * a fence.
 *
 * RAISES (of each device), STALL (device 0 may be suspended for ever)
 *
 * Weakenings, all 0 in the library:
 *   NO_FENCE         arm has no fence between the flag and the look
 *   LOOK_FIRST       arm looks, then sets the flag
 *   SKIP_IS_DONE     a raise that was skipped does not look at the flag
 *   RAISER_LOWERS    the raiser lowers the flag, then wakes
 *   NO_REQUEST_LOOK  announceSleep looks at what is pending only
 *   ASK_LATE         askOwner looks at the flag, then sets requested
 *   ASK_NO_FENCE     requested is stored without a fence behind it
 */
#ifndef RAISES
#define RAISES 1
#endif
#ifndef STALL
#define STALL 0
#endif

bit  pending, armed, requested, permit; /* permit: of LockSupport */
bit  bufArmed, bufRequested;             /* in the owner's, the mover's store buffer */
byte posted[2], buffered[2], seen[2], returned;
bit  stalled, served, asked;

#define FLUSH(d) posted[d] = posted[d] + buffered[d]; buffered[d] = 0
#define FLUSH_OWNER if :: bufArmed -> armed = 1; bufArmed = 0 :: else fi

active proctype storeBuffers() {
end:
  do
  :: atomic { buffered[0] > 0 -> FLUSH(0) }
  :: atomic { buffered[1] > 0 -> FLUSH(1) }
  :: atomic { bufArmed -> FLUSH_OWNER }
  :: atomic { bufRequested -> requested = 1; bufRequested = 0 }
  od
}

/* Cpu.wake */
inline wake() {
#if RAISER_LOWERS
  armed = 0;
  if :: STALL && d == 0 -> atomic { stalled = 1; printf("device 0: suspended\n") }; goto stop :: else fi;
#endif
  atomic { permit = 1; printf("wake\n") }
}

proctype device(byte d) {
  byte i; bit skipped;
  do
  :: i < RAISES ->
     atomic { buffered[d]++; i++ };
     /* PendingBitmap.raise */
     skipped = 0;
     if
     :: pending ->
        atomic { FLUSH(d) };
        if :: pending -> skipped = 1 :: else -> atomic { FLUSH(d); pending = 1 } fi
     :: else -> atomic { FLUSH(d); pending = 1; printf("device %d: sets the bit\n", d) }
     fi;
     if
     :: STALL && d == 0 -> atomic { stalled = 1; printf("device 0: suspended\n") }; goto stop
     :: skip
     fi;
     /* Irq.signal: M6 */
     if
#if SKIP_IS_DONE
     :: skipped
#endif
     :: armed -> wake()
     :: else
     fi
  :: else -> break
  od;
  if :: d == 0 -> returned = returned + 1 :: d == 1 -> returned = returned + 2 fi;
stop:
  skip
}

/* Cpu.askOwner */
proctype mover() {
  byte d = 2;
#if ASK_LATE
  bit t;
  t = armed;
  requested = 1;
  if :: t -> wake() :: else fi;
#else
#if ASK_NO_FENCE
  bufRequested = 1;
#else
  requested = 1;
#endif
  if :: armed -> wake() :: else fi;
#endif
  asked = 1;
stop:
  skip
}

proctype owner() {
  bit t;
end:
  do
  ::
     /* Cpu.poll */
     if
     :: atomic { pending -> FLUSH_OWNER; pending = 0 };  /* takeWord */
        atomic { seen[0] = posted[0]; seen[1] = posted[1]; printf("run\n") }
     :: atomic { !pending -> skip }
     fi;
     if :: requested -> requested = 0; served = 1 :: else fi;
     /* PendingBitmap.arm */
#if LOOK_FIRST
     t = pending;
     if :: !t -> armed = 1 :: else fi;
#else
     bufArmed = 1;
#if !NO_FENCE
     atomic { FLUSH_OWNER };
#endif
     t = pending;
#endif
     /* Cpu.announceSleep */
#if !NO_REQUEST_LOOK
     if :: !t -> t = requested :: else fi;
#endif
     if
     :: !t ->
        printf("owner: sleeps\n");
endsleep: atomic { permit -> permit = 0; printf("owner: wakes\n") }
     :: t
     fi;
     atomic { bufArmed = 0; armed = 0; t = 0 }           /* disarm */
  od
}

active proctype monitor() {
  timeout ->
  printf("end: posted %d %d, seen %d %d\n", posted[0], posted[1], seen[0], seen[1]);
  assert((returned & 1) || stalled);
  assert((returned & 2) && asked);
  assert(!(returned & 1) || seen[0] == posted[0]);
  assert(seen[1] == posted[1]);
  assert(served)
}

init {
  atomic { run device(0); run device(1); run mover(); run owner() }
}

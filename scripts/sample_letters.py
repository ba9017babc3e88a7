"""The words of the sample inbox: letters written for this project. Senders, forces, places and cases are invented."""

# ruff: noqa: E501 - the letters keep the lines that their writers made

from __future__ import annotations

RESPONSE_TIMES = """\
Good morning

I gave up on 101 on Saturday night after thirty-five minutes of a recorded lady thanking me for my patience. It set me
wondering.

1. For each month of 2025, what was the average time a 101 caller waited before a person spoke to them?
2. How many callers hung up before anybody answered?
3. How many people were on shift to take calls between 8pm and midnight on Saturday 10 January 2026, and how many should
there have been?
4. Is there a target for 101, and where is it written down?

A spreadsheet would suit me for the first two, but I can live with anything I can open.

Doreen Applegarth
"""

DRONES = """\
<html><body style="font-family:Calibri,sans-serif">
<p>Dear FOI Officer,</p>
<p>I sit on the allotment committee at Cressing Down, over which your drone spent most of last Tuesday. Under the Freedom
of Information Act 2000 please tell me:</p>
<ol>
<li>How many drones does Wealdmere Police own, and what make and model is each?</li>
<li>How many hours were they in the air in the year to 31&nbsp;December 2025?</li>
<li>For the flights over Cressing Down on 13 January 2026:
  <ol type="a">
  <li>what was the purpose;</li>
  <li>who authorised them;</li>
  <li>is the footage kept, and for how long?</li>
  </ol></li>
<li>What has the drone unit cost to run since it was set up, not counting pay?</li>
</ol>
<p>E-mail is best, I&#8217;m not often in.</p>
<p>Yours sincerely<br>Tobias Wren&#8209;Halloran<br><span style="color:#666">Plot 31</span></p>
</body></html>
"""

CUSTODY = """\
Hello,

I teach a night class on food and institutions at the college and would like something local to put in front of them. Who
supplies the meals that people in your cells are given, and what did the force pay that firm in the financial year 2024/25?
Could you also send the menu, if there is such a thing, and say how many meals were refused or sent back because of an
allergy or a religious requirement.

If finding the refusals means somebody reading through every custody record, leave that bit out and answer the rest.

Best wishes,
Ysolde Marchbanks
"""

RECOVERY = """\
Dear Sirs,

Vehicle recovery

Please supply, under FOIA 2000:

(i) the name of each contractor that removes vehicles on the force's behalf;
(ii) the date on which each contract ends and whether it can be extended;
(iii) the number of vehicles recovered in 2024 and in 2025 after being reported stolen;
(iv) the sum charged to owners in storage fees in each of those years.

Redact drivers' names by all means. We do not need registration numbers.

Rupert Ganley
Ganley & Oyelaran Motor Engineers
"""

THANKS = """\
Just to say the tables on dog attacks came through this morning and are exactly what I was after, thank you. No need to
reply. Please close it your end.

Marguerite Sloe

> On 19 Jan 2026, at 15:22, FOI <foi@wealdmere.police.example> wrote:
>
> Dear Ms Sloe
> Please find our response to FOI 0311/25 attached.
"""

WEBINAR = """\
Dear Information Governance colleague,

Places are filling fast for REDACT LIVE! Join our FREE lunchtime webinar on 3 March and see how DocuVeil blacks out a
10,000-page bundle while you drink your coffee. Three forces have already halved their backlog.

* Book before Friday and claim your digital tote bag
* Ask about our end-of-year discount

Unsubscribe at any time using the link below.
"""

PRESS = """\
Press enquiry, deadline 4pm TODAY

Hi team, Callum at the Wealdmere Echo. Readers have sent us video of four police cars outside Tanner's Lane swimming pool
at about 11 this morning. Can you confirm what happened, whether anyone has been arrested, and give us a line from the
inspector? Happy to take a call.

Callum Dray, reporter
"""

WILDLIFE = """\
To the Freedom of Information unit

I have kept a tally of dead buzzards on the moor road for nine years and now I should like to compare it with yours.

•\tHow many reports of birds of prey being shot, trapped or poisoned has the force taken since April 2020, year by year?
•\tIn how many of those was anyone interviewed?
•\tIn how many did a file go to the prosecutor?
•\tHow many officers have done the wildlife course, and how many of those are still in post as wildlife officers?

No need for exact spots. The parish will do, or nothing if you think it would bring the egg thieves.

Col. (retd) H. Vantongeren
"""

PARISH = [
    "Thistleford Parish Council",
    "The Reading Room, Thistleford",
    "",
    "21 January 2026",
    "",
    "The Disclosure Office",
    "Wealdmere Police",
    "",
    "Dear Sir or Madam",
    "",
    "Speeding on the B3811",
    "",
    "My council resolved on 14 January to ask the following under the Freedom of Information Act.",
    "",
    "1.  On how many days in 2025 did a camera van stand in Thistleford, and for how many hours in all?",
    "",
    "2.  How many notices were issued to drivers as a result, and what was the highest speed recorded?",
    "",
    "3.  How many collisions with an injury were recorded between the chapel and the garage since 2016?",
    "",
    "     (a)  Of these, in how many was a pedestrian hurt?",
    "     (b)  In how many was speed noted as a cause?",
    "",
    "4.  By what test does the force choose the places at which a van may stand?",
    "",
    "We should be glad of an answer before the annual meeting on 12 March.",
    "",
    "Yours faithfully",
    "",
    "",
    "Philippa Oduya-Stone",
    "Clerk to the Council",
]

PRINTED = [
    "From:      Leopold Finch <leopold.finch@mail.example>",
    "Sent:      26 January 2026 18:04",
    "To:        FOI <foi@wealdmere.police.example>",
    "Subject:   Taser and the over seventies",
    "",
    "Dear officers",
    "",
    "My neighbour is 78 and had one of those yellow things pointed at him over a hedge trimmer.",
    "",
    "Q1  In the last three years, how often has a Taser been drawn, aimed or fired at somebody aged 70 or more?",
    "Q2  On how many of those occasions was it fired?",
    "Q3  What does your training tell an officer to consider when the person is elderly?",
    "",
    "I would prefer paper, my address is on your file, but this will do.",
    "",
    "L. Finch",
]

SCANNED = [
    "14 Ropewalk Terrace",
    "Harrow Sound",
    "",
    "28th January 2026",
    "",
    "Dear Chief Constable,",
    "",
    "I do not hold with computers, so",
    "here is a proper letter.",
    "",
    "Please tell me, as the law entitles",
    "me to ask:",
    "",
    "1. How many police houses has the",
    "   force sold since 1995?",
    "",
    "2. What was paid for the one in",
    "   Harrow Sound, and by whom?",
    "",
    "Yours truly,",
    "",
    "Enid Tallentire (Mrs)",
]

BODY_CAMERAS = [
    "Request for information",
    "",
    "29 January 2026",
    "",
    "For the attention of the FOI team, Wealdmere Police",
    "",
    "I am looking at what happens to body-worn video after a complaint.",
    "",
    "1. How many complaints about officers did you record in 2025 in which body-worn video was asked for?",
    "2. In how many of those had the recording been deleted, or never been made?",
    "3. How long is a recording kept when nobody asks for it?",
    "4. What is the name of the system that holds the recordings and when does its contract end?",
    "",
    "Ines Okonjo-Baird",
]

AUCTIONS = """\
On the last Saturday of November I bought a box of unclaimed bicycles' worth of trouble at the sale in Harrow Sound.

What becomes of things handed in at the front counter that nobody comes for? I mean the rules, not a chat: the document, the
current one. And for 2025 how much did the sales bring in, who ran them for you, what was their cut, and where did the rest go?

I'm told there was once a stuffed pike. If there is a list of the ten oddest things in the store I would pay £5
for it, but I understand the Act stretches only so far.

Barnaby Quill
barnaby.quill@mail.example
"""

HORSES = """\
<!DOCTYPE html>
<html><head><title>Police horses</title></head><body>
<h1>Police horses</h1>
<p>Received through the website form on 30 January 2026</p>
<p>Name: Sunniva Bright<br>E-mail: sunniva.bright@mail.example</p>
<p>Your request:</p>
<ul>
<li>How many horses has the force now, and how many five years ago?</li>
<li>When one is retired, who decides where it goes, and have any been put down in the last five years for want of a home?</li>
<li>What is spent on feed, stabling and vets in a year?</li>
</ul>
</body></html>
"""

OVERTIME = """\
How much overtime was worked at the New Year, i.e. from 6pm on 31 December to 6am on 1 January, in each of the last five
years, in hours and in pounds?

And how many officers had a rest day cancelled for it?

Thanks, Priti
(Priti Lockyer-Danes)
"""

GRAFFITI = """\
Morning. Two things please about graffiti on police buildings in 2025.

a) how many times did it happen
b) what did you pay to have it cleaned off

Photos would be lovely if you have them but I realise that's pushing it.

Gus Tremaine
"""

CLARIFIED = """\
Dear Ms Achterberg

Thank you for coming back to me. To answer what you ask:

By "the station" I mean the one in Quarry Street, Harrow Sound, not the old one. By "busy" I mean more than twenty people in
custody at one time. Please take the period to be 1 July to 31 December 2025.

So what I want is the number of days in that half year on which more than twenty people were held at Quarry Street at once.

Kind regards
Fergus Abiola

From: FOI <foi@wealdmere.police.example>
Sent: 27 January 2026 10:41
To: Fergus Abiola <f.abiola@mail.example>
Subject: FOI 0029/26: clarification needed

Dear Mr Abiola

Before we can look for this, please tell us which station you mean, what you mean by busy, and the period. The twenty
working days begin when we have your answer.

Your request was: "How often has the station been too busy, custody-wise, of late?"

R. Achterberg
Information Access, Wealdmere Police
"""

FORWARDED = """\
One for you I think, came to the front desk mailbox.

Trev
Enquiry Office, Harrow Sound

-----Original Message-----
From: Clemency Voss <clemency.voss@mail.example>
Sent: 30 January 2026 21:17
To: Harrow Sound Front Desk <frontdesk.harrowsound@wealdmere.police.example>
Subject: special constables

Hello there

I'm thinking of joining and would like to know what I'd be getting into. How many special constables do you have now and
how many left in 2025? How many hours a month do they do on average? And has any of them been assaulted on duty in the
last two years, and how many times?

Many thanks
Clemency Voss
"""

SITE = """\
Dear Wealdmere Police,

I am interested in how facial recognition is, or is not, used at football.

1. Was any live or retrospective facial recognition used at, or on film from, a match at Marl Park since August 2023?
2. Which supplier's software was it?
3. How many people were stopped on the strength of a match, and how many of those matches were wrong?
4. Please provide the equality impact assessment.

Yours faithfully,

Ottoline Garrity

-------------------------------------------------------------------

Please send every answer about this request to the address below and nowhere else:
request-900417-1a2b3c4d@requests.example

This request was sent through a public website. Your answer will appear there as soon as it arrives.

-------------------------------------------------------------------
"""

CHASER = """\
Dear all

I have been counting. I wrote on 5 December about the cost of policing the Harrow Sound regatta (you gave it FOI 0298/25), and by
my calendar the twenty working days were up on 7 January. It is now the second of February and I have had the automatic
message and nothing else.

Where has it got to? If I have heard nothing by Friday week I'll ask for a review and then write to the Commissioner.

Hal Bickerstaff
"""

REVIEW = """\
Dear Sir/Madam

FOI 0274/25

I am not content with your answer of 15 January and ask for an internal review.

First, you say that to count the unmarked cars which were written off would take more than eighteen hours. Your own fleet
manager told the panel in October that the list "comes off the system at the press of a button". Secondly, you rely on section
31 for the whole, and yet I asked only for a number and a cost, not for registration marks. Thirdly, there is no public interest
test in the letter at all.

Would whoever looks at this again please be somebody who did not sign the first one.

Imogen Sardely
"""

CIRCULATION = """\
OFFICIAL-SENSITIVE
POLICE EYES ONLY - NOT FOR ONWARD DISCLOSURE

This is an invented paper, made for a sample inbox. It says nothing about any real request or advice.

Log Number: 61/26
Case worker: A. Sampleton
Logged with: National
Sent from: foi@northmoor.police.example

Applicants Request:
1. How many vending machines stand in police buildings?
2. Who stocks them?
3. Which item sells best on nights?

CRU Advice:
Q1 and Q2 can be answered locally. Q3: please contact us whenever you are considering disclosure by station.

This subject is not a mandatory referral.

OFFICIAL-SENSITIVE
"""

REGULATOR = """\
2 February 2026

IC-300417-S4M9

Dear Data Protection and Information Access Team

Freedom of Information Act 2000
Complainant: Mr Jarvis Eckersley
Your reference: FOI 0233/25

We have accepted Mr Eckersley's complaint that your force has not answered his request of 3 October 2025 about the price of
radios. By 16 February please either send him an answer, or tell us why it is late and when it will come. If neither has
happened by then we may issue a decision notice under section 50.

Please quote our reference, IC-300417-S4M9, whenever you write to us.

Case officer
Information Commissioner's Office

(An invented letter for a sample inbox; the Commissioner never sent it.)
"""

OUT_OF_OFFICE = """\
Thank you for your message. I am out of the office until Monday 9 February with no access to e-mail.

For custody records please write to custody.records@wealdmere.police.example. For anything urgent ring 101, or 999 in an
emergency.

Insp. Moses Tattersall
Custody and Criminal Justice
"""

OWN_FILE = """\
Dear Data Protection Officer,

I was arrested at Marl Park on 6 September 2025, held overnight at Quarry Street and let go in the morning without charge.
Under article 15 of the UK GDPR I should like a copy of everything you hold about me from that night: the custody record, the
officers' notebooks, the video from the cell corridor and the photographs and fingerprints that were taken.

I was born on 14 March 1991. A copy of my driving licence and a gas bill are in the post. I have put FREEDOM OF INFORMATION in
the subject because your website sent me round in circles.

Dashiell Penhaligon-Roy
"""

URGENT = """\
I wrote to you in January about how often officers have been called to Quarry Court and you gave me a reference, 0018/26.

I am writing again because he is back. He was outside my sister's flat this morning and told her through the door that he
will hurt her if she lets anybody in. She is in there now with the baby and since eleven she has not answered her phone. I
have tried 101 and it just rings.

It is Flat 9, Quarry Court. Please send somebody. The figures can wait.

Roisin
"""

ROUND_ROBIN = """\
Dear FOI Officer,

We are writing to every police force in England, Wales and Scotland. Please answer for the calendar years 2023, 2024 and 2025:

1. How many electric bikes or electric motorcycles did your force seize?
2. How many of those seized had been altered to go faster than the law allows?
3. How many were crushed, how many returned, how many sold?
4. What did you pay for storing them?

A reply in a spreadsheet lets us compare. Our study comes out in June, and each force will have its own page.

With thanks for your time,

{name}
{body}
"""

REGISTER_OLD = """\
Dear Sir or Madam,

In view of the council's plans for a hostel at Saltings I ask under the Freedom of Information Act for the following:

1. How many registered sex offenders lived in the Wealdmere force area on 31 October 2022?
2. How many of them lived in each policing district?

I do not ask for addresses and will not use the answer to look for anybody.

Mrs Corisande Blewett
"""

REGISTER_NEW = """\
Dear Sir or Madam,

A little over three years ago I asked you something and I now ask it again, as the hostel has been open a year.

1. How many registered sex offenders lived in the Wealdmere force area on 31 January 2026?
2. How many of them lived in each policing district?

Mrs Corisande Blewett
"""

LOCKED = [
    "Request for information",
    "",
    "How many times were cell doors left unlocked by mistake in 2025?",
    "",
    "P. Winterbourne",
]

KEYS = [
    ("Station front counters, from a resident of Saltings", None),
    ("Under the Freedom of Information Act I request:", None),
    ("the opening hours of every front counter on 1 January 2016 and on 1 January 2026", 0),
    ("for each that has closed, the date and the saving that was claimed for it", 0),
    ("how many people came to the counter at Saltings in its last full year:", 0),
    ("to report a crime", 1),
    ("to hand something in", 1),
    ("for any other reason", 1),
    ("any letter or note of a meeting in which the council was asked what it thought", 0),
    ("Lambert Osei-Whitlock", None),
]

BROKEN = [
    ("This document was cut off on its way, so that only half of its bytes are here.", None),
    ("Nothing of it can be read, and the triage says so.", None),
]

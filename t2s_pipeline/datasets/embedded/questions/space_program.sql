-- How many missions are there?
-- What is the total number of missions?
SELECT count(*) FROM mission

-- List the name of every rocket.
SELECT name FROM rocket

-- Which astronauts come from Canada? Show their names.
-- Give the names of astronauts with the country Canada.
SELECT name FROM astronaut WHERE country = 'Canada'

-- What is the height of the tallest rocket?
-- What is the maximum height of a rocket?
SELECT max(height) FROM rocket

-- How many missions had the target Mars?
-- Count the missions to Mars.
SELECT count(*) FROM mission WHERE target = 'Mars'

-- What are the different purposes of the satellites?
SELECT DISTINCT purpose FROM satellite

-- Show the names of the missions in the order of their launch date.
SELECT name FROM mission ORDER BY launchDate

-- List the names and countries of all agencies.
-- Show every agency with its country.
SELECT name, country FROM agency

-- Which satellites have the purpose weather? Show name and weight.
-- Give name and weight of all weather satellites.
SELECT name, weight FROM satellite WHERE purpose = 'weather'

-- Which mission lasted the most days? Give its name.
-- What is the name of the mission with the largest number of days?
SELECT name FROM mission ORDER BY days DESC LIMIT 1

-- Show the names and weights of the three heaviest satellites.
SELECT name, weight FROM satellite ORDER BY weight DESC LIMIT 3

-- How many missions went to each target?
-- Show each target and the number of missions.
SELECT target, count(*) FROM mission GROUP BY target

-- What is the average weight of satellites for each purpose?
SELECT purpose, avg(weight) FROM satellite GROUP BY purpose

-- Show the name of each mission and the name of its rocket.
-- Which rocket was used by which mission? List mission names and rocket names.
SELECT T1.name, T2.name FROM mission AS T1 JOIN rocket AS T2 ON T1.rocketId = T2.rocketId

-- Which missions flew with the rocket Liberty Heavy?
-- Show the names of the missions of the rocket Liberty Heavy.
SELECT T1.name FROM mission AS T1 JOIN rocket AS T2 ON T1.rocketId = T2.rocketId WHERE T2.name = 'Liberty Heavy'

-- Which rockets does the Euro Star Council have? Show name and height.
SELECT T1.name, T1.height FROM rocket AS T1 JOIN agency AS T2 ON T1.agencyId = T2.agencyId WHERE T2.name = 'Euro Star Council'

-- How many satellites belong to agencies from Japan?
-- Count the satellites of agencies in the country Japan.
SELECT count(*) FROM satellite AS T1 JOIN agency AS T2 ON T1.agencyId = T2.agencyId WHERE T2.country = 'Japan'

-- Which missions to the Moon took more than 20 days? Give their names.
-- Find the names of missions with the target Moon and over 20 days.
SELECT name FROM mission WHERE target = 'Moon' AND days > 20

-- Which missions were launched between 2000-01-01 and 2009-12-31? Show name and result.
-- List the name and result of missions with a launch date from 2000-01-01 to 2009-12-31.
SELECT name, result FROM mission WHERE launchDate BETWEEN '2000-01-01' AND '2009-12-31'

-- Which missions have Star in their name? Show the name and the days.
SELECT name, days FROM mission WHERE name LIKE '%Star%'

-- From which countries do at least 2 astronauts come?
-- Which countries have two or more astronauts, that is, at least 2?
SELECT country FROM astronaut GROUP BY country HAVING count(*) >= 2

-- How many satellites does each agency have? Show the agency name.
-- For each agency, show its name and how many satellites it has.
SELECT T1.name, count(*) FROM agency AS T1 JOIN satellite AS T2 ON T1.agencyId = T2.agencyId GROUP BY T1.agencyId

-- Which astronauts have never been in a crew?
-- Give the names of astronauts who were on no crew.
SELECT name FROM astronaut WHERE astronautId NOT IN (SELECT astronautId FROM crew)

-- Which agencies have no rocket? Show their names.
SELECT name FROM agency WHERE agencyId NOT IN (SELECT agencyId FROM rocket)

-- Which satellites are heavier than the average satellite?
-- Find the names of satellites with a weight above average.
SELECT name FROM satellite WHERE weight > (SELECT avg(weight) FROM satellite)

-- Which countries have astronauts but no agency?
SELECT country FROM astronaut EXCEPT SELECT country FROM agency

-- Who flew on the mission Deep Lantern? Show the names and roles.
-- Show the names and roles of the astronauts on Deep Lantern.
SELECT T1.name, T2.role FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId JOIN mission AS T3 ON T2.missionId = T3.missionId WHERE T3.name = 'Deep Lantern'

-- Which astronaut flew on the most missions? Give the name and the number of missions.
SELECT T1.name, count(*) FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId GROUP BY T1.astronautId ORDER BY count(*) DESC LIMIT 1

-- Which rockets were used for missions to both the Moon and Mars?
-- Find the names of rockets with a mission to the target Moon and one to the target Mars.
SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocketId = T2.rocketId WHERE T2.target = 'Moon' INTERSECT SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocketId = T2.rocketId WHERE T2.target = 'Mars'

-- Which astronauts were never the commander of a mission? Show their names.
-- Find the names of astronauts who never had the role commander.
SELECT name FROM astronaut EXCEPT SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId WHERE T2.role = 'commander'

-- Which agency used its rockets for the most missions? Show the agency name.
SELECT T1.name FROM agency AS T1 JOIN rocket AS T2 ON T1.agencyId = T2.agencyId JOIN mission AS T3 ON T2.rocketId = T3.rocketId GROUP BY T1.agencyId ORDER BY count(*) DESC LIMIT 1

-- Which rockets first used before 2000 have more than one mission with the result success? Show the rocket name and the number of those missions.
SELECT T1.name, count(*) FROM rocket AS T1 JOIN mission AS T2 ON T1.rocketId = T2.rocketId WHERE T1.firstYear < 2000 AND T2.result = 'success' GROUP BY T1.rocketId HAVING count(*) > 1

-- Which agency has the heaviest communication satellite? Show the agency name and the satellite name. The purpose is communication.
SELECT T1.name, T2.name FROM agency AS T1 JOIN satellite AS T2 ON T1.agencyId = T2.agencyId WHERE T2.purpose = 'communication' ORDER BY T2.weight DESC LIMIT 1

-- Which astronauts flew both to the Station and to the Moon? Give their names.
-- Find the names of astronauts with a mission to the target Station and a mission to the target Moon.
SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId JOIN mission AS T3 ON T2.missionId = T3.missionId WHERE T3.target = 'Station' INTERSECT SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId JOIN mission AS T3 ON T2.missionId = T3.missionId WHERE T3.target = 'Moon'

-- Which missions to Mars took longer than the average mission to Mars? Show the name and days.
-- Show names and days of the Mars missions that lasted more days than the average Mars mission.
SELECT name, days FROM mission WHERE target = 'Mars' AND days > (SELECT avg(days) FROM mission WHERE target = 'Mars')

-- When was the mission Blossom launched?
-- Give me the launch date of Blossom.
SELECT launchDate FROM mission WHERE name = 'Blossom'

-- In total, how many days have all missions lasted?
SELECT sum(days) FROM mission

-- Which roles can crew members have? No duplicates.
-- List the distinct crew roles.
SELECT DISTINCT role FROM crew

-- Name all satellites launched after 2010.
-- Satellites with a launch year later than 2010: what are they called?
SELECT name FROM satellite WHERE launchYear > 2010

-- How many missions ended in failure?
-- Count missions whose result was failure.
SELECT count(*) FROM mission WHERE result = 'failure'

-- What is the lightest satellite? Show its name and its purpose.
-- Name and purpose of the satellite that weighs the least, please.
SELECT name, purpose FROM satellite ORDER BY weight LIMIT 1

-- Which agency has the biggest budget, and what is it?
-- Show name and budget of the agency that has the most money to spend.
SELECT name, budget FROM agency ORDER BY budget DESC LIMIT 1

-- How many missions succeeded and how many failed? Count them by result.
-- Group the missions by result and count them.
SELECT result, count(*) FROM mission GROUP BY result

-- What's the average mission length in days for each target?
-- For each target, report the mean number of days.
SELECT target, avg(days) FROM mission GROUP BY target

-- How many times has each role been filled?
SELECT role, count(*) FROM crew GROUP BY role

-- Which agency built the rocket Condor?
-- The rocket Condor is from which agency?
SELECT T1.name FROM agency AS T1 JOIN rocket AS T2 ON T1.agencyId = T2.agencyId WHERE T2.name = 'Condor'

-- Which astronauts work for the Euro Star Council? Name and birth year.
-- Give name and year of birth of astronauts employed by the Euro Star Council.
SELECT T1.name, T1.birthYear FROM astronaut AS T1 JOIN agency AS T2 ON T1.agencyId = T2.agencyId WHERE T2.name = 'Euro Star Council'

-- Who commanded a mission (role commander)? Each astronaut once.
-- Distinct names of astronauts that have served as commander?
SELECT DISTINCT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId WHERE T2.role = 'commander'

-- How many rockets does each agency have? Agency name and number.
-- Show for each agency name the number of rockets.
SELECT T1.name, count(*) FROM agency AS T1 JOIN rocket AS T2 ON T1.agencyId = T2.agencyId GROUP BY T1.agencyId

-- How many days in space did each astronaut spend? Name and total days of the missions flown.
-- Sum the mission days per astronaut name.
SELECT T1.name, sum(T3.days) FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId JOIN mission AS T3 ON T2.missionId = T3.missionId GROUP BY T1.astronautId

-- Which purposes are served by satellites that weigh over 1500 on average?
-- Purposes with a mean satellite weight above 1500?
SELECT purpose FROM satellite GROUP BY purpose HAVING avg(weight) > 1500

-- How tall is the tallest rocket of each agency? Name of the agency and height.
-- For each agency, name it and give the maximum rocket height.
SELECT T1.name, max(T2.height) FROM agency AS T1 JOIN rocket AS T2 ON T1.agencyId = T2.agencyId GROUP BY T1.agencyId

-- Which satellites are used for science or navigation? Name and launch year.
-- Show name and launch year of all science and navigation satellites (purpose science or navigation).
SELECT name, launchYear FROM satellite WHERE purpose = 'science' OR purpose = 'navigation'

-- Which rockets are between 50 and 60 tall?
-- Rockets with a height from 50 to 60: names, please.
SELECT name FROM rocket WHERE height BETWEEN 50 AND 60

-- How many people flew on each mission? Mission name and size of the crew.
-- Count the crew of every mission, by mission name.
SELECT T1.name, count(*) FROM mission AS T1 JOIN crew AS T2 ON T1.missionId = T2.missionId GROUP BY T1.missionId

-- Of the missions to the Moon, which had the largest crew? Mission name, target and size.
-- Look at missions with the target Moon: show name, target and crew size of the one with the most crew members.
SELECT T1.name, T1.target, count(*) FROM mission AS T1 JOIN crew AS T2 ON T1.missionId = T2.missionId WHERE T1.target = 'Moon' GROUP BY T1.missionId ORDER BY count(*) DESC LIMIT 1

-- What was the longest failed mission (result failure)? Mission name, days and rocket name.
-- Among missions with the result failure, show name, days and rocket of the longest.
SELECT T1.name, T1.days, T2.name FROM mission AS T1 JOIN rocket AS T2 ON T1.rocketId = T2.rocketId WHERE T1.result = 'failure' ORDER BY T1.days DESC LIMIT 1

-- Which rockets flew to the Moon but never to Orbit?
-- Rockets with a mission to the target Moon and none to the target Orbit?
SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocketId = T2.rocketId WHERE T2.target = 'Moon' EXCEPT SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocketId = T2.rocketId WHERE T2.target = 'Orbit'

-- Who is the oldest person ever to serve as engineer? Name and birth year.
-- Of all astronauts with the role engineer on a mission, show name and birth year of the one born first.
SELECT T1.name, T1.birthYear FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronautId = T2.astronautId WHERE T2.role = 'engineer' ORDER BY T1.birthYear LIMIT 1

-- Which astronauts are from another country than the United States and were born after 1965? Name and country.
-- List name and country of astronauts born after 1965 who are not from the United States.
SELECT name, country FROM astronaut WHERE country != 'United States' AND birthYear > 1965

-- On which missions did Keiko Mizuno fly? Mission names.
SELECT T1.name FROM mission AS T1 JOIN crew AS T2 ON T1.missionId = T2.missionId JOIN astronaut AS T3 ON T2.astronautId = T3.astronautId WHERE T3.name = 'Keiko Mizuno'

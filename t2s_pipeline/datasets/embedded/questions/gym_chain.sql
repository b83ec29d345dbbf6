-- How many members does the gym chain have?
-- Count all members.
SELECT count(*) FROM MEMBERS

-- What are the club names?
-- List the names of the clubs.
SELECT CLUB_NAME FROM CLUBS

-- Which clubs are in Seattle?
SELECT CLUB_NAME FROM CLUBS WHERE CITY = 'Seattle'

-- What is the highest hourly rate of a trainer?
-- How much does the most expensive trainer take per hour?
SELECT max(HOURLY_RATE) FROM TRAINERS

-- Which plans do members have? Show each plan once.
-- Show the distinct plans.
SELECT DISTINCT PLAN FROM MEMBERS

-- How many members are on the premium plan?
-- Count members whose plan is premium.
SELECT count(*) FROM MEMBERS WHERE PLAN = 'premium'

-- How much money was paid in all payments?
-- What is the sum of all payment amounts?
SELECT sum(AMOUNT) FROM PAYMENTS

-- Which classes take place on Friday?
-- Names of the classes held on Friday?
SELECT CLASS_NAME FROM CLASSES WHERE WEEKDAY = 'Friday'

-- What is the average length of a class in minutes?
SELECT avg(MINUTES) FROM CLASSES

-- Who are the trainers with the specialty yoga?
-- Find the full names of yoga trainers.
SELECT FULL_NAME FROM TRAINERS WHERE SPECIALTY = 'yoga'

-- How many different brands of equipment are there?
-- Count the distinct equipment brands.
SELECT count(DISTINCT BRAND) FROM EQUIPMENT

-- On which weekday is the class Salsa Sweat?
SELECT WEEKDAY FROM CLASSES WHERE CLASS_NAME = 'Salsa Sweat'

-- Which members were born after 1995?
-- Show full names of members with a birth year after 1995.
SELECT FULL_NAME FROM MEMBERS WHERE BIRTH_YEAR > 1995

-- How many payments were made in cash?
SELECT count(*) FROM PAYMENTS WHERE METHOD = 'cash'

-- List the trainers from the cheapest to the most expensive hourly rate. Full names only.
-- Show the full names of trainers in order of hourly rate.
SELECT FULL_NAME FROM TRAINERS ORDER BY HOURLY_RATE

-- Show name, city and opening year of each club.
-- For all clubs, list the name, the city and the year opened.
SELECT CLUB_NAME, CITY, OPENED FROM CLUBS

-- What are the name and minutes of the classes on Tuesday?
-- For Tuesday, show class names and minutes.
SELECT CLASS_NAME, MINUTES FROM CLASSES WHERE WEEKDAY = 'Tuesday'

-- What are the smallest and the largest payment amounts?
-- Show the minimum and maximum amount of a payment.
SELECT min(AMOUNT), max(AMOUNT) FROM PAYMENTS

-- Which club is the largest by floor area?
-- Name the club with the biggest floor area.
SELECT CLUB_NAME FROM CLUBS ORDER BY FLOOR_AREA DESC LIMIT 1

-- Who joined most recently? Show full name and join date.
-- Show full name and join date of the newest member.
SELECT FULL_NAME, JOIN_DATE FROM MEMBERS ORDER BY JOIN_DATE DESC LIMIT 1

-- Which class admits the most people? Give its name and that number.
-- Show name and maximum people of the class with the largest limit.
SELECT CLASS_NAME, MAX_PEOPLE FROM CLASSES ORDER BY MAX_PEOPLE DESC LIMIT 1

-- How many members are on each plan?
-- Show the plans with their numbers of members.
SELECT PLAN, count(*) FROM MEMBERS GROUP BY PLAN

-- How many classes are there on each weekday?
SELECT WEEKDAY, count(*) FROM CLASSES GROUP BY WEEKDAY

-- What is the total amount paid by each method?
-- Sum the payments by method.
SELECT METHOD, sum(AMOUNT) FROM PAYMENTS GROUP BY METHOD

-- What is the average hourly rate for each specialty?
-- For each specialty, show the mean hourly rate of the trainers.
SELECT SPECIALTY, avg(HOURLY_RATE) FROM TRAINERS GROUP BY SPECIALTY

-- How many items of each brand are there, and what do they cost on average?
-- For every brand, show the number of items and their average price.
SELECT BRAND, count(*), avg(PRICE) FROM EQUIPMENT GROUP BY BRAND

-- Which specialties have more than one trainer?
-- Find the specialties that over 1 trainer has.
SELECT SPECIALTY FROM TRAINERS GROUP BY SPECIALTY HAVING count(*) > 1

-- Which brands have a total price above 15000?
SELECT BRAND FROM EQUIPMENT GROUP BY BRAND HAVING sum(PRICE) > 15000

-- Which trainers work at Summit Strength?
-- List full names of the trainers of the club Summit Strength.
SELECT T1.FULL_NAME FROM TRAINERS AS T1 JOIN CLUBS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T2.CLUB_NAME = 'Summit Strength'

-- Show each class with the full name of its trainer.
-- List class names and the names of the trainers who teach them.
SELECT T1.CLASS_NAME, T2.FULL_NAME FROM CLASSES AS T1 JOIN TRAINERS AS T2 ON T1.TRAINER_ID = T2.TRAINER_ID

-- Which members have Iron Harbor as their home club?
-- Full names of members whose home club is Iron Harbor?
SELECT T1.FULL_NAME FROM MEMBERS AS T1 JOIN CLUBS AS T2 ON T1.HOME_CLUB = T2.CLUB_ID WHERE T2.CLUB_NAME = 'Iron Harbor'

-- Which classes does Anya Petrova teach, and on which weekdays?
-- Show class name and weekday of the classes of Anya Petrova.
SELECT T1.CLASS_NAME, T1.WEEKDAY FROM CLASSES AS T1 JOIN TRAINERS AS T2 ON T1.TRAINER_ID = T2.TRAINER_ID WHERE T2.FULL_NAME = 'Anya Petrova'

-- How many classes are offered in Seattle?
-- Count the classes in clubs of the city Seattle.
SELECT count(*) FROM CLASSES AS T1 JOIN CLUBS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T2.CITY = 'Seattle'

-- When and how much did Mina Farouk pay?
-- Show date and amount of the payments by Mina Farouk.
SELECT T1.PAY_DATE, T1.AMOUNT FROM PAYMENTS AS T1 JOIN MEMBERS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID WHERE T2.FULL_NAME = 'Mina Farouk'

-- Which members signed up for Box Basics?
-- Show the full names of members with a signup for the class Box Basics.
SELECT T1.FULL_NAME FROM MEMBERS AS T1 JOIN SIGNUPS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID JOIN CLASSES AS T3 ON T2.CLASS_ID = T3.CLASS_ID WHERE T3.CLASS_NAME = 'Box Basics'

-- What is the average payment of members on the student plan?
-- How much do members with the plan student pay on average?
SELECT avg(T1.AMOUNT) FROM PAYMENTS AS T1 JOIN MEMBERS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID WHERE T2.PLAN = 'student'

-- Which equipment does Pulse Downtown have? Show item name and price.
-- Show item names and prices of the equipment at Pulse Downtown.
SELECT T1.ITEM_NAME, T1.PRICE FROM EQUIPMENT AS T1 JOIN CLUBS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T2.CLUB_NAME = 'Pulse Downtown'

-- From which different home clubs do the people in Power Yoga come? Show club names.
SELECT DISTINCT T1.CLUB_NAME FROM CLUBS AS T1 JOIN MEMBERS AS T2 ON T1.CLUB_ID = T2.HOME_CLUB JOIN SIGNUPS AS T3 ON T2.MEMBER_ID = T3.MEMBER_ID JOIN CLASSES AS T4 ON T3.CLASS_ID = T4.CLASS_ID WHERE T4.CLASS_NAME = 'Power Yoga'

-- Which women (gender F) are on the family plan?
-- Show full names of members with gender F and plan family.
SELECT FULL_NAME FROM MEMBERS WHERE GENDER = 'F' AND PLAN = 'family'

-- Which clubs opened before 2005 or have more than 2000 of floor area? Name and city.
-- Show name and city of clubs that opened before 2005 or have a floor area over 2000.
SELECT CLUB_NAME, CITY FROM CLUBS WHERE OPENED < 2005 OR FLOOR_AREA > 2000

-- Which members joined between 2021-01-01 and 2022-12-31? Show full name and plan.
-- Show full name and plan for join dates from 2021-01-01 to 2022-12-31.
SELECT FULL_NAME, PLAN FROM MEMBERS WHERE JOIN_DATE BETWEEN '2021-01-01' AND '2022-12-31'

-- Which classes last between 50 and 70 minutes?
SELECT CLASS_NAME FROM CLASSES WHERE MINUTES BETWEEN 50 AND 70

-- Which classes have Yoga or Spin in their names?
-- Find class names that contain Yoga or Spin.
SELECT CLASS_NAME FROM CLASSES WHERE CLASS_NAME LIKE '%Yoga%' OR CLASS_NAME LIKE '%Spin%'

-- Which items are called some kind of Treadmill? Show item name and year bought.
-- Show item name and year bought for items whose name contains Treadmill.
SELECT ITEM_NAME, BOUGHT FROM EQUIPMENT WHERE ITEM_NAME LIKE '%Treadmill%'

-- How many members does each home club have? Show the club name.
-- For each club name, count the members who have it as home club.
SELECT T1.CLUB_NAME, count(*) FROM CLUBS AS T1 JOIN MEMBERS AS T2 ON T1.CLUB_ID = T2.HOME_CLUB GROUP BY T1.CLUB_ID

-- How many signups does each class have? Show class name and count.
SELECT T1.CLASS_NAME, count(*) FROM CLASSES AS T1 JOIN SIGNUPS AS T2 ON T1.CLASS_ID = T2.CLASS_ID GROUP BY T1.CLASS_ID

-- What has each member paid in total? Show full name and sum.
-- For each member with payments, show the full name and the total amount.
SELECT T1.FULL_NAME, sum(T2.AMOUNT) FROM MEMBERS AS T1 JOIN PAYMENTS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID GROUP BY T1.MEMBER_ID

-- What is the average hourly rate at each club? Show the club name.
-- Show each club's name with the mean hourly rate of its trainers.
SELECT T1.CLUB_NAME, avg(T2.HOURLY_RATE) FROM CLUBS AS T1 JOIN TRAINERS AS T2 ON T1.CLUB_ID = T2.CLUB_ID GROUP BY T1.CLUB_ID

-- What is the total price of the equipment in each city?
-- Sum up equipment prices by the city of the club.
SELECT T2.CITY, sum(T1.PRICE) FROM EQUIPMENT AS T1 JOIN CLUBS AS T2 ON T1.CLUB_ID = T2.CLUB_ID GROUP BY T2.CITY

-- Which members have never signed up for a class?
-- Find members without any signup.
SELECT FULL_NAME FROM MEMBERS WHERE MEMBER_ID NOT IN (SELECT MEMBER_ID FROM SIGNUPS)

-- Which clubs have no classes?
SELECT CLUB_NAME FROM CLUBS WHERE CLUB_ID NOT IN (SELECT CLUB_ID FROM CLASSES)

-- Which trainers charge more than the average hourly rate?
-- Find trainers whose hourly rate is above average.
SELECT FULL_NAME FROM TRAINERS WHERE HOURLY_RATE > (SELECT avg(HOURLY_RATE) FROM TRAINERS)

-- Which trainers do not teach any class?
-- Full names of trainers without a class?
SELECT FULL_NAME FROM TRAINERS WHERE TRAINER_ID NOT IN (SELECT TRAINER_ID FROM CLASSES)

-- Which weekday has the most classes that last more than 50 minutes?
SELECT WEEKDAY FROM CLASSES WHERE MINUTES > 50 GROUP BY WEEKDAY ORDER BY count(*) DESC LIMIT 1

-- Which plan is the most popular? Show the plan and its number of members.
-- Show the plan that most members are on, with the number.
SELECT PLAN, count(*) FROM MEMBERS GROUP BY PLAN ORDER BY count(*) DESC LIMIT 1

-- Which class has the most signups? Show class name and weekday.
-- Show name and weekday of the class with the largest number of signups.
SELECT T1.CLASS_NAME, T1.WEEKDAY FROM CLASSES AS T1 JOIN SIGNUPS AS T2 ON T1.CLASS_ID = T2.CLASS_ID GROUP BY T1.CLASS_ID ORDER BY count(*) DESC LIMIT 1

-- Which member has paid the most in total? Show full name and total.
-- Show the member with the highest sum of payments, with that sum.
SELECT T1.FULL_NAME, sum(T2.AMOUNT) FROM MEMBERS AS T1 JOIN PAYMENTS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID GROUP BY T1.MEMBER_ID ORDER BY sum(T2.AMOUNT) DESC LIMIT 1

-- Which city has the most members? Show city and number of members by home club.
-- Show the city whose clubs are home to the most members, and how many.
SELECT T1.CITY, count(*) FROM CLUBS AS T1 JOIN MEMBERS AS T2 ON T1.CLUB_ID = T2.HOME_CLUB GROUP BY T1.CITY ORDER BY count(*) DESC LIMIT 1

-- What is the dearest item of the brand Forgeman? Show item name, price and club name.
-- Show item name, price and club name of the most expensive Forgeman item.
SELECT T1.ITEM_NAME, T1.PRICE, T2.CLUB_NAME FROM EQUIPMENT AS T1 JOIN CLUBS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T1.BRAND = 'Forgeman' ORDER BY T1.PRICE DESC LIMIT 1

-- Which clubs have a trainer for boxing and a trainer for yoga?
-- Find clubs with both a boxing and a yoga trainer (specialty).
SELECT T1.CLUB_NAME FROM CLUBS AS T1 JOIN TRAINERS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T2.SPECIALTY = 'boxing' INTERSECT SELECT T1.CLUB_NAME FROM CLUBS AS T1 JOIN TRAINERS AS T2 ON T1.CLUB_ID = T2.CLUB_ID WHERE T2.SPECIALTY = 'yoga'

-- Which members signed up for a Monday class but for no Friday class?
-- Find members with a signup for a class on Monday and none on Friday.
SELECT T1.FULL_NAME FROM MEMBERS AS T1 JOIN SIGNUPS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID JOIN CLASSES AS T3 ON T2.CLASS_ID = T3.CLASS_ID WHERE T3.WEEKDAY = 'Monday' EXCEPT SELECT T1.FULL_NAME FROM MEMBERS AS T1 JOIN SIGNUPS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID JOIN CLASSES AS T3 ON T2.CLASS_ID = T3.CLASS_ID WHERE T3.WEEKDAY = 'Friday'

-- Which members made more than 3 payments? Show full name and number of payments.
-- Show the full name and the number of payments of members with over 3 payments.
SELECT T1.FULL_NAME, count(*) FROM MEMBERS AS T1 JOIN PAYMENTS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID GROUP BY T1.MEMBER_ID HAVING count(*) > 3

-- For members born before 1980, how many signups does each have? Show full name and count.
-- Count the signups of every member born before 1980, by full name.
SELECT T1.FULL_NAME, count(*) FROM MEMBERS AS T1 JOIN SIGNUPS AS T2 ON T1.MEMBER_ID = T2.MEMBER_ID WHERE T1.BIRTH_YEAR < 1980 GROUP BY T1.MEMBER_ID

-- Which payments by card were above the average payment? Show date and amount.
-- Show the date and amount of payments made by card that exceed the average amount.
SELECT PAY_DATE, AMOUNT FROM PAYMENTS WHERE METHOD = 'card' AND AMOUNT > (SELECT avg(AMOUNT) FROM PAYMENTS)
